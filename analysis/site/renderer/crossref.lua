-- Quarto's cross-references on plain Pandoc: numbers every labelled section, equation, figure,
-- table and theorem of a page, then resolves @references to them. What cannot be resolved is
-- written to standard error, one sentence a line; the caller stops on it.

local kinds = {
  sec = "Section", eq = "Equation", fig = "Figure", tbl = "Table",
  thm = "Theorem", lem = "Lemma", cor = "Corollary", prp = "Proposition", def = "Definition",
  exm = "Example", exr = "Exercise",
}
local floats = { fig = true, tbl = true }
local NBSP = "\u{a0}"

local last = {}     -- kind -> the number given last
local numbers = {}  -- label -> its number, as text
local sections = {} -- depth -> the section counter there

local function complain(sentence)
  io.stderr:write(sentence, "\n")
end

-- The kind of a label such as fig-sizes, or nil when the label is no cross-reference.
local function kind_of(label)
  local prefix = label:match("^(%a+)%-")
  return prefix and kinds[prefix] and prefix or nil
end

local function assign(label, number)
  if numbers[label] then complain("the label " .. label .. " is given twice") end
  numbers[label] = number
  return number
end

local function next_number(label)
  local kind = kind_of(label)
  last[kind] = (last[kind] or 0) + 1
  return assign(label, tostring(last[kind]))
end

local function name_of(label)
  return kinds[kind_of(label)] .. NBSP .. numbers[label]
end

-- Page titles are level 1, so sections count from level 2.
local function number_section(header)
  local depth = header.level - 1
  if depth < 1 or header.classes:includes("unnumbered") then return end
  sections[depth] = (sections[depth] or 0) + 1
  for deeper = depth + 1, #sections do sections[deeper] = 0 end
  if kind_of(header.identifier) == "sec" then
    assign(header.identifier, table.concat(sections, ".", 1, depth))
  end
end

-- The label in `$$ ... $$ {#eq-x}`, and the index of the inline that holds it.
local function equation_label(inlines, after)
  while inlines[after] and (inlines[after].t == "Space" or inlines[after].t == "SoftBreak") do
    after = after + 1
  end
  local text = inlines[after] and inlines[after].t == "Str" and inlines[after].text
  return text and text:match("^{#(eq%-[%w_-]+)}$"), after
end

local function number_equations(inlines)
  local result = pandoc.Inlines {}
  local at = 1
  while at <= #inlines do
    local inline = inlines[at]
    if inline.t == "Math" and inline.mathtype == "DisplayMath" then
      local label, where = equation_label(inlines, at + 1)
      if label then
        inline.text = inline.text .. " \\tag{" .. next_number(label) .. "}"
        inline = pandoc.Span({ inline }, pandoc.Attr(label))
        at = where
      end
    end
    result:insert(inline)
    at = at + 1
  end
  return result
end

local function caption(label, words)
  local start = pandoc.Inlines { pandoc.Str(name_of(label) .. ":"), pandoc.Space() }
  start:extend(words)
  return pandoc.Plain(start)
end

-- A labelled table or figure with its caption: above a table, below a figure.
local function float(label, content, words)
  next_number(label)
  local class = kind_of(label) == "tbl" and "table-caption" or "figure-caption"
  local block = pandoc.Div({ caption(label, words) }, pandoc.Attr("", { class }))
  content:insert(kind_of(label) == "tbl" and 1 or #content + 1, block)
  return pandoc.Div(content, pandoc.Attr(label, { "quarto-float" }))
end

local function number_table(block)
  if kind_of(block.identifier) ~= "tbl" then return end
  local label = block.identifier
  local words = pandoc.utils.blocks_to_inlines(block.caption.long)
  block.caption = { long = {} }
  block.attr = pandoc.Attr()
  return float(label, pandoc.Blocks { block }, words), false
end

local function number_figure(block)
  if kind_of(block.identifier) ~= "fig" then return end
  next_number(block.identifier)
  local words = pandoc.utils.blocks_to_inlines(block.caption.long)
  block.caption = { long = { caption(block.identifier, words) } }
  return block, false
end

-- The last paragraph of a labelled div is its caption, as in Quarto.
local function number_float_div(div)
  local words = pandoc.Inlines {}
  local final = div.content[#div.content]
  if final and (final.t == "Para" or final.t == "Plain") then
    words = final.content
    div.content:remove()
  else
    complain("the " .. kinds[kind_of(div.identifier)]:lower() .. " " .. div.identifier
      .. " has no caption")
  end
  return float(div.identifier, div.content, words), false
end

-- `**Theorem 1 (Title)** ...`: the title is the heading that the div begins with.
local function number_theorem(div)
  next_number(div.identifier)
  local lead = pandoc.Inlines { pandoc.Str(name_of(div.identifier)) }
  if div.content[1] and div.content[1].t == "Header" then
    lead:extend({ pandoc.Space(), pandoc.Str("(") })
    lead:extend(div.content[1].content)
    lead:insert(pandoc.Str(")"))
    div.content:remove(1)
  end
  local start = pandoc.Inlines { pandoc.Strong(lead), pandoc.Space() }
  if div.content[1] and div.content[1].t == "Para" then
    start:extend(div.content[1].content)
    div.content:remove(1)
  end
  div.content:insert(1, pandoc.Para(start))
  div.classes:insert("theorem")
  return div
end

local function number_div(div)
  local kind = kind_of(div.identifier)
  if floats[kind] then return number_float_div(div) end
  if kind and kind ~= "sec" and kind ~= "eq" then return number_theorem(div) end
end

-- [@fig-a; @fig-b] becomes "Figure 1, Figure 2"; [-@fig-a] becomes "1"; [see @fig-a] "see 1".
local function resolve(cite)
  local result = pandoc.Inlines {}
  for index, citation in ipairs(cite.citations) do
    local label = citation.id
    if not kind_of(label) then return end
    if not numbers[label] then
      complain("the reference @" .. label .. " points to nothing on this page")
      return {}
    end
    if index > 1 then result:extend({ pandoc.Str(","), pandoc.Space() }) end
    local text = pandoc.Inlines {}
    if #citation.prefix > 0 then
      text:extend(citation.prefix)
      text:insert(pandoc.Str(NBSP .. numbers[label]))
    elseif citation.mode == "SuppressAuthor" then
      text:insert(pandoc.Str(numbers[label]))
    else
      text:insert(pandoc.Str(name_of(label)))
    end
    result:insert(pandoc.Link(text, "#" .. label, "", pandoc.Attr("", { "quarto-xref" })))
  end
  return result
end

-- The site shell knows raw HTML, not Pandoc's notation for it within a line.
local function plain_html(raw)
  if raw.format == "html" then return pandoc.RawInline("markdown", raw.text) end
end

function Pandoc(document)
  document = document:walk({
    traverse = "topdown",
    Header = number_section,
    Inlines = number_equations,
    Table = number_table,
    Figure = number_figure,
    Div = number_div,
  })
  document = document:walk({ Cite = resolve, RawInline = plain_html })
  local cites = false
  document:walk({ Cite = function() cites = true end })
  if cites then -- Quarto puts the bibliography below a heading of its own
    local heading = pandoc.Attr("bibliography", { "unnumbered" })
    document.blocks:insert(pandoc.Header(2, "References", heading))
    document.blocks:insert(pandoc.Div({}, pandoc.Attr("refs")))
  end
  return document
end
