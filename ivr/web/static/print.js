// The button that prints the page, or keeps it as PDF.
document.getElementById("print")?.addEventListener("click", () => window.print());
