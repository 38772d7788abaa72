-- Runs after citeproc, which keeps the case of "et al." by a span; the site shell reads no span
-- within the words of a link.
function Span(span)
  if span.classes:includes("nocase") then return span.content end
end
