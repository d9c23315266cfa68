using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace Plimsoll.Series.Tests.Labels;

/// <summary>RE2's meaning, where the framework's dialect would silently give another.</summary>
public sealed class Re2Tests
{
    [Theory]
    [InlineData("a.c", "abc", true)]
    [InlineData("a.c", "a\nc", true)]
    [InlineData("abc", "xabcx", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("ab$", "ab\n", false)]
    [InlineData("z[[:digit:]]", "z3", true)]
    [InlineData("z[[:^digit:]]", "z3", false)]
    [InlineData("z[^[:alpha:]]", "z3", true)]
    [InlineData("z[0-2-[1]]", "z0", false)]
    [InlineData("z[0-2-[1]]", "z0]", true)]
    [InlineData("z[0-2-[1]]", "z-]", true)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[^]a]", "]", false)]
    [InlineData("\\w", "é", false)]
    [InlineData("\\W", "é", true)]
    [InlineData("[\\w-]+", "a-b_1", true)]
    [InlineData("\\d", "٣", false)]
    [InlineData("\\s", "\u00a0", false)]
    [InlineData("\\S+", "a\u00a0b", true)]
    [InlineData("[\\D]", "é", true)]
    [InlineData("[^\\D]", "4", true)]
    [InlineData(".", "😀", true)]
    [InlineData("..", "😀", false)]
    [InlineData(".{2}", "😀a", true)]
    [InlineData("[^x]", "😀", true)]
    [InlineData("[^x][^x]", "😀", false)]
    [InlineData("[^x]*", "a😀b", true)]
    [InlineData(".+.+", "😀", false)]
    [InlineData(".+.+", "😀a", true)]
    [InlineData("[^x]+.+?", "😀", false)]
    [InlineData("\\D+\\S+", "😀😀", true)]
    [InlineData("[😀x]", "😀", true)]
    [InlineData("😀+", "😀😀", true)]
    [InlineData("\\x{1F600}", "😀", true)]
    [InlineData("\\x7a\\x{7a}", "zz", true)]
    [InlineData("\\Qa.b[\\E+", "a.b[", true)]
    [InlineData("\\Qa.b", "axb", false)]
    [InlineData("(?P<n>.)(?<m>.)", "ab", true)]
    [InlineData("(?i)ABC", "abc", true)]
    [InlineData("(?i:A)B", "aB", true)]
    [InlineData("\\pN\\p{Lu}\\PL", "1A2", true)]
    [InlineData("a\\_b\\-c\\/", "a_b-c/", true)]
    [InlineData("(?m)a$", "a", true)]
    [InlineData("a{2,3}", "aaa", true)]
    [InlineData("a{,3}", "a{,3}", true)]
    [InlineData("", "", true)]
    public void Patterns_mean_what_they_mean_in_RE2(string pattern, string value, bool matches)
    {
        Assert.Equal(matches, Re2.Compile(pattern).IsMatch(value));
    }

    [Theory]
    [InlineData("a)(b")]
    [InlineData("(a")]
    [InlineData("[a")]
    [InlineData("[z-a]")]
    [InlineData("[[:nothing:]]")]
    [InlineData("a\\")]
    [InlineData("(?=a)")]
    [InlineData("(?#c)")]
    [InlineData("(?x)a")]
    [InlineData("(?n:a)")]
    [InlineData("(a)\\1")]
    [InlineData("\\Z")]
    [InlineData("\\u0030")]
    [InlineData("\\cA")]
    [InlineData("\\p{Greek}")]
    [InlineData("\\x{110000}")]
    [InlineData("\\xg0")]
    [InlineData("a{1001}")]
    [InlineData("*a")]
    public void What_RE2_refuses_or_we_cant_do_is_refused_by_name(string pattern)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Re2.Compile(pattern));

        Assert.Contains("regular expression", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quoted_text_matches_itself_and_no_other()
    {
        Gen.Select(Gen.String[Gen.Char[' ', '~'], 0, 20], Gen.String[Gen.Char[' ', '~'], 0, 20]).Sample(
            (text, other) =>
            {
                StringBuilder escaped = new();
                foreach (char c in text)
                {
                    escaped.Append(char.IsAsciiLetterOrDigit(c) ? "" : "\\").Append(c);
                }

                Regex regex = Re2.Compile(escaped.ToString());
                return regex.IsMatch(text) && regex.IsMatch(other) == (text == other);
            },
            iter: 300);
    }

    [Fact]
    public void Any_text_at_all_is_compiled_or_refused()
    {
        Gen.String[Gen.Char["ab01\\[]^-(){}?*+.|$:PQEdwsDxpiU,<>😀é"], 0, 16].Sample(
            pattern =>
            {
                try
                {
                    return Re2.Compile(pattern) is not null;
                }
                catch (ArgumentException)
                {
                    return true;
                }
            },
            iter: 3000);
    }
}
