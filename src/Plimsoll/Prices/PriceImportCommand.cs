using System.CommandLine;
using System.Text;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>Imports a price book as a new version; what is wrong in it is shown where it is.</summary>
internal sealed class PriceImportCommand : ServerVerb
{
    private const string StandardInput = "-";
    private const int MaxBytes = 1024 * 1024;

    private readonly Argument<string> _file = new("file")
    {
        Description = "The price book in YAML; - reads standard input",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = JsonOption("the version that holds the text");

    public PriceImportCommand(Shell shell, ServerOptions server)
        : base("import", "Import a price book as a new version", VerbGroup.Pay, shell, server)
    {
        Arguments.Add(_file);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["plimsoll price import prices.yaml", "plimsoll price import - < prices.yaml"];

    protected override async Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation)
    {
        string file = arguments.GetRequiredValue(_file);
        string yaml = await ReadAsync(file, cancellation);
        string org = await connection.OrgAsync(cancellation);
        try
        {
            (PriceBook book, bool created) = await connection.Client.ImportPriceBookAsync(org, yaml, cancellation: cancellation);
            if (arguments.GetValue(_json))
            {
                JsonText.Write(book, PlimsollJson.Readable.PriceBook, Output);
            }
            else
            {
                Output.WriteLine(Printable.Line(created
                    ? $"Price book {book.Name} is now at version {book.Version}: {book.Prices.Count} {(book.Prices.Count == 1 ? "price" : "prices")} in {book.Currency}."
                    : $"Price book {book.Name} is unchanged: version {book.Version} already has this text."));
            }

            return ExitCode.Done;
        }
        catch (PlimsollApiException error) when (error.Places.Any(place => place.Line is not null))
        {
            string name = file == StandardInput ? "<stdin>" : file;
            throw new CommandFailedException(PriceBookErrors.Explain(name, yaml, error.Places, Shell.Width), error);
        }
    }

    private async Task<string> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            // A pipe without a writer blocks in open and in read; Ctrl-C must reach us all the same.
            await using Stream stream = file == StandardInput
                ? Shell.OpenInput()
                : await Task.Run(() => File.OpenRead(file), cancellation).WaitAsync(cancellation);
            byte[] buffer = new byte[MaxBytes + 1];
            int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).AsTask().WaitAsync(cancellation);
            if (length > MaxBytes)
            {
                throw new CommandFailedException($"{file} is larger than the {MaxBytes / 1024} KiB that a price book may have.");
            }

            Encoding strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return strict.GetString(buffer, 0, length).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException notText)
        {
            throw new CommandFailedException($"{file} is not UTF-8 text: the byte at {notText.Index} does not belong to a character.", notText);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string why = failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException when Directory.Exists(file) => "it is a folder",
                UnauthorizedAccessException => "permission denied",
                _ => failure.Message,
            };
            throw new CommandFailedException($"Can't read {file}: {why}.", failure);
        }
    }
}
