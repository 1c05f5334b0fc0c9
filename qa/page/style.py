"""The page's colours, light and dark: as Gradio's theme and as the variables of style.css take them."""

from __future__ import annotations

LIGHT = {
    "paper": "#f6f5f1", "sheet": "#ffffff", "ink": "#1c1e21", "muted": "#595d63", "line": "#dedbd2",
    "edge": "#85827a", "accent": "#1e4a78", "fill": "#1e4a78", "fill-hover": "#16395e", "on-fill": "#ffffff",
    "tint": "#edf2f7", "mark": "#ffe89c", "mark-ink": "#1c1e21", "mark-edge": "#b98a12", "answer": "#ffcf4d",
}  # fmt: skip
DARK = {
    "paper": "#141619", "sheet": "#1b1e22", "ink": "#e6e4df", "muted": "#a5a9af", "line": "#32363c",
    "edge": "#747a83", "accent": "#9cc4ee", "fill": "#2b659f", "fill-hover": "#3674b3", "on-fill": "#ffffff",
    "tint": "#232d38", "mark": "#6a5412", "mark-ink": "#fff8e1", "mark-edge": "#d8b34a", "answer": "#8c6d0c",
}  # fmt: skip
_THEMED = {
    "body_background_fill": "paper", "body_text_color": "ink", "body_text_color_subdued": "muted",
    "background_fill_primary": "sheet", "background_fill_secondary": "paper",
    "border_color_primary": "line", "border_color_accent": "accent", "color_accent_soft": "tint",
    "link_text_color": "accent", "link_text_color_hover": "accent", "link_text_color_active": "accent",
    "link_text_color_visited": "accent", "loader_color": "accent",
    "block_background_fill": "sheet", "block_border_color": "line", "block_label_background_fill": "sheet",
    "block_label_text_color": "muted", "block_title_text_color": "muted", "block_info_text_color": "muted",
    "input_background_fill": "sheet", "input_background_fill_focus": "sheet", "input_border_color": "edge",
    "input_border_color_focus": "accent", "input_placeholder_color": "muted",
    "button_primary_background_fill": "fill", "button_primary_background_fill_hover": "fill-hover",
    "button_primary_text_color": "on-fill", "button_primary_border_color": "fill",
    "button_secondary_background_fill": "sheet", "button_secondary_background_fill_hover": "tint",
    "button_secondary_text_color": "ink", "button_secondary_border_color": "edge",
}  # fmt: skip
_FLAT = ("block_shadow", "input_shadow", "input_shadow_focus", "button_primary_shadow")


def themed() -> dict[str, str]:
    """Give the settings of Gradio's theme."""
    colours = {name: LIGHT[role] for name, role in _THEMED.items()}
    dark = {f"{name}_dark": DARK[role] for name, role in _THEMED.items()}
    return colours | dark | dict.fromkeys(_FLAT, "none")


def palettes() -> str:
    """Give the style sheet that names the colours."""
    return _palette(":root", LIGHT) + _palette(".dark", DARK)


def _palette(selector: str, colours: dict[str, str]) -> str:
    return f"{selector} {{ {' '.join(f'--ask-{name}: {colour};' for name, colour in colours.items())} }}\n"
