-- A callout, `::: {.callout-note title="..."}` or with the title as its first heading, becomes
-- a plain box. It runs before Quarto turns callouts into markup of its own.

function Div(div)
  local kind = table.concat(div.classes, " "):match("callout%-(%l+)")
  if not kind then return nil end
  local title = div.attributes.title
  local body = div.content
  if title then
    title = pandoc.utils.blocks_to_inlines(pandoc.read(title, "markdown").blocks)
  elseif body[1] and body[1].t == "Header" then
    title = body:remove(1).content
  else
    title = pandoc.Inlines(kind:sub(1, 1):upper() .. kind:sub(2))
  end
  local label = pandoc.Div(pandoc.Plain(title), pandoc.Attr("", { "box-title" }))
  body:insert(1, label)
  return pandoc.Div(body, pandoc.Attr(div.identifier, { "box", "box-" .. kind }, { role = "note" }))
end
