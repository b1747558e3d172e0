// Copying what the page shows, where the browser lets us; and a download leaves its page as it was.
const said = document.getElementById("copied");
document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const lines = [...document.getElementById(button.dataset.copy).children].map((line) => line.textContent);
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      said.textContent = "Copied";
    } catch {
      said.textContent = "Your browser didn’t allow that. Download them instead.";
    }
  });
});
document.querySelectorAll("[data-download]").forEach((form) => form.addEventListener("submit", () => {
  setTimeout(() => [form, ...form.querySelectorAll("[aria-busy]")].forEach((element) => element.removeAttribute("aria-busy")), 1000);
}));
