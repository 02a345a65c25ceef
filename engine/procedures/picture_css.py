"""The look of a picture that stands by itself, without the product's page around it: the `dg-` classes on white."""

from __future__ import annotations

STYLE = """<style>
.dg { background: #fff; }
.dg text { font-family: "Be Vietnam Pro", "Noto Sans", Arial, sans-serif; fill: #1c1820; text-anchor: middle; }
.dg .dg-lanename { font-weight: 700; font-size: 13px; fill: #55505c; text-anchor: start; }
.dg .dg-name { font-weight: 700; font-size: 13px; }
.dg .dg-sub { font-size: 13px; fill: #55505c; }
.dg .dg-ev, .dg .dg-label { font-size: 12.5px; }
.dg .dg-label { font-weight: 700; }
.dg .dg-label--start { text-anchor: start; }
.dg .dg-ev, .dg .dg-label, .dg .dg-lanename { paint-order: stroke; stroke: #fff; stroke-width: 4px; }
.dg-lane { fill: none; stroke: #b9b2c3; }
.dg-box { fill: #fff; stroke: #7b7485; stroke-width: 1.5; }
.dg-box--call { stroke-width: 3; }
.dg-box--end { stroke-width: 4; }
.dg-inner { fill: none; stroke: #7b7485; }
.dg-stop { fill: #1c1820; }
.dg-x, .dg-env { fill: none; stroke: #1c1820; stroke-width: 2; }
.dg-env { stroke-width: 1.3; }
.dg-flow { fill: none; stroke: #7b7485; stroke-width: 1.5; }
.dg-flow--message { stroke-dasharray: 8 5; }
.dg-arrow, .dg-arrow--done { fill: #7b7485; }
</style>"""
