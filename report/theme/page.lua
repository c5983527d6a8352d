-- What a page needs beyond Markdown, done once for both renderers: where the reader is, and
-- tables without inline styles (the page's policy forbids them).

local text = pandoc.utils.stringify

-- The page's path from the project root. The embedded renderer says it; under Quarto we
-- work it out, and read `website` from _quarto.yml too, which Quarto keeps from its pages.
local function page_path(meta)
  if not quarto then return text(meta["page-path"]) end
  local root = quarto.project.directory:gsub("\\", "/")
  local config = io.open(root .. "/_quarto.yml", "r")
  meta.website = pandoc.read("---\n" .. config:read("a") .. "\n---\n", "markdown").meta.website
  config:close()
  return (quarto.doc.input_file:gsub("\\", "/"):sub(#root + 2))
end

-- What a build wrote into `report/made` for every page; nil where it wrote nothing.
local function made(name)
  local root = quarto and quarto.project.directory or "."
  local file = io.open(root .. "/report/made/" .. name .. ".md", "r")
  if not file then return nil end
  local words = file:read("a"):match("^%s*(.-)%s*$")
  file:close()
  return words ~= "" and words or nil
end

-- "page" for the page itself, "true" for the section it lies in, else nil.
local function current(href, path)
  local target = href:gsub("^/", "")
  local folder = target:gsub("%.%w+$", "/")
  if target == path then return "page" end
  if path:sub(1, #folder) == folder then return "true" end
end

-- Say so on each item of a navigation list; true if the page is in it.
local function mark(list, path)
  local found = false
  for _, item in ipairs(list or {}) do
    item.current = current(text(item.href), path)
    found = found or item.current ~= nil
  end
  return found or nil
end

function Meta(meta)
  local path = page_path(meta)
  meta["is-home"] = path == "index.qmd" or nil
  mark(meta["site-nav"], path)
  mark(meta["site-guides"], path)
  meta["in-notebooks"] = mark(meta["site-notebooks"], path)
  if meta["site-search"] then mark({ meta["site-search"] }, path) end
  local draft, title = made("draft"), made("title")
  meta.draft = draft and pandoc.MetaBlocks(pandoc.read(draft, "markdown").blocks)
  -- The study's title is a string of `study.toml`, not Markdown of `_quarto.yml`, and the one that readers see.
  if title and meta.website then meta.website.title = pandoc.MetaString(title) end
  meta.notebook = path:match("^notebooks/(.+%.ipynb)$")
  local site = meta.website and meta.website["site-url"]
  if site and path ~= "404.qmd" then
    local page = path:gsub("%.%w+$", ".html"):gsub("^index%.html$", "")
    local address = text(site):gsub("/$", "")
    meta.canonical = address .. "/" .. page
    -- An image that is shared needs its whole address.
    if meta.card then meta["card-address"] = address .. "/report/made/figures/" .. text(meta.card) .. ".png" end
  end
  return meta
end

-- Column widths and alignments would become style attributes; a class says the same. The box
-- around a table lets it scroll by itself, by keyboard too, when the screen is narrow.
function Table(tbl)
  local right = {}
  for i, spec in ipairs(tbl.colspecs) do
    right[i] = spec[1] == pandoc.AlignRight
    tbl.colspecs[i] = { pandoc.AlignDefault, nil }
  end
  local function rows(list)
    for _, row in ipairs(list) do
      for i, cell in ipairs(row.cells) do
        if right[i] then cell.classes:insert("num") end
        cell.alignment = pandoc.AlignDefault
      end
    end
  end
  rows(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do
    rows(body.head)
    rows(body.body)
  end
  rows(tbl.foot.rows)
  local name = text(tbl.caption.long)
  local attributes = { { "tabindex", "0" }, { "role", "group" }, { "aria-label", name ~= "" and name or "Table" } }
  return pandoc.Div(tbl, pandoc.Attr("", { "scroll" }, attributes)), false
end
