"""One click for the visitor: the page saves a file as soon as it is there."""

SAVE = """(file) => {
  if (!file?.url) return;
  const link = document.createElement("a");
  link.href = file.url;
  link.download = file.orig_name || "";
  document.body.append(link);
  link.click();
  link.remove();
}"""
"""To be run with a hidden download button that was given a file."""
