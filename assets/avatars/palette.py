"""Colours a look chooses from, sRGB.

Chosen on plaster, timber and stone: no pure black hair (it reads as a hole), no skin so light that tone
mapping burns it out. Each of the twelve colour sets is top, bottom, accent, shoes.
"""

SKINS = ["#f3c9a8", "#e9b892", "#d59a70", "#b9794f", "#8a5638", "#6a3f2b"]
HAIRS = ["#2d2629", "#3a2c28", "#4a2c22", "#6b4430", "#23262e", "#8f8a86"]
COLOURS = [
    ("#3f6f6b", "#39424e", "#f3ead9", "#4a342c"),
    ("#8fb5a5", "#ece5d6", "#b0413a", "#3a2f2c"),
    ("#a33b36", "#7c2a2b", "#e3b85a", "#33211f"),
    ("#d9763a", "#3d3a44", "#f1e3c4", "#2d2726"),
    ("#e8d9b4", "#55606b", "#2f6f73", "#3b2b24"),
    ("#5d7f45", "#cdbb94", "#f4efe2", "#54402f"),
    ("#2f4a6b", "#23344f", "#f0b866", "#2a2a30"),
    ("#c98f9a", "#f0e4dc", "#8c3f52", "#5a3a3a"),
    ("#7fb2d6", "#e9e4d8", "#d6482f", "#33302f"),
    ("#6d5a7d", "#3f3850", "#d8c49a", "#2e2a33"),
    ("#f1ece0", "#8fb5a5", "#c79a4b", "#4d4038"),
    ("#1f2a2c", "#b7895a", "#e0533c", "#1f1c1c"),
]
LIGHT = "#f2efe8"  # soles, inner collars
STRAW = "#d9b877"  # bamboo hats
