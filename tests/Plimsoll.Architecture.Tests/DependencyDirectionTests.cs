namespace Plimsoll.Architecture.Tests;

public sealed class DependencyDirectionTests
{
    [Fact]
    public void Every_project_is_a_room_that_the_architecture_knows()
    {
        string[] projects = [.. Rooms.Repository.GetDirectories("src").Single()
            .EnumerateFiles("*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file.Name))];

        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.Contains(project, Rooms.MayUse.Keys));
    }

    [Fact]
    public void References_point_only_at_rooms_that_the_architecture_allows()
    {
        string[] wrong = [.. Rooms.References()
            .Where(edge => !Allowed(edge.Project).Contains(edge.Reference))
            .Select(edge => $"{edge.Project} must not use {edge.Reference}")];

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_allowed_directions_have_no_circle()
    {
        Assert.All(Rooms.MayUse.Keys, project => Assert.DoesNotContain(project, Allowed(project)));
    }

    /// <summary>What the table allows a project, directly or through another room.</summary>
    private static HashSet<string> Allowed(string project)
    {
        HashSet<string> reached = [];
        Queue<string> open = new(Rooms.MayUse[project]);
        while (open.TryDequeue(out string? next))
        {
            if (reached.Add(next))
            {
                foreach (string further in Rooms.MayUse[next])
                {
                    open.Enqueue(further);
                }
            }
        }

        return reached;
    }
}
