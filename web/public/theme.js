// Runs before the first paint, so that a dark page never flashes white. A file of its own because the content security
// policy allows no inline script. src/ui/preferences.ts keeps the choice up to date afterwards.
{
  let choice = "system";
  try {
    choice = JSON.parse(localStorage.getItem("plimsoll.preferences") ?? "{}").theme ?? "system";
  } catch {
    // Storage may be forbidden or its content damaged: the system's choice is right then.
  }
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
