"""Slack's names of emoji. Own table of the common ones; custom and rarer ones pass through as `:name:`."""

from __future__ import annotations

import re
from typing import Final

_TABLE: Final = """
+1 👍|-1 👎|ok_hand 👌|clap 👏|pray 🙏|wave 👋|raised_hands 🙌|muscle 💪|point_right 👉
point_left 👈|point_up ☝️|point_down 👇|handshake 🤝|v ✌️|crossed_fingers 🤞|raised_hand ✋
writing_hand ✍️|eyes 👀|ear 👂|brain 🧠|smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆
sweat_smile 😅|joy 😂|rolling_on_the_floor_laughing 🤣|blush 😊|innocent 😇
slightly_smiling_face 🙂|upside_down_face 🙃|wink 😉|relieved 😌|heart_eyes 😍|kissing_heart 😘
yum 😋|sunglasses 😎|star-struck 🤩|thinking_face 🤔|face_with_raised_eyebrow 🤨|neutral_face 😐
expressionless 😑|no_mouth 😶|smirk 😏|unamused 😒|face_with_rolling_eyes 🙄|grimacing 😬
pensive 😔|sleepy 😪|sleeping 😴|mask 😷|dizzy_face 😵|exploding_head 🤯|confused 😕|worried 😟
slightly_frowning_face 🙁|white_frowning_face ☹️|open_mouth 😮|hushed 😯|astonished 😲
flushed 😳|pleading_face 🥺|frowning 😦|anguished 😧|fearful 😨|cold_sweat 😰
disappointed_relieved 😥|cry 😢|sob 😭|scream 😱|confounded 😖|persevere 😣|disappointed 😞
sweat 😓|weary 😩|tired_face 😫|triumph 😤|rage 😡|angry 😠|face_with_symbols_on_mouth 🤬
skull 💀|hankey 💩|robot_face 🤖|hugging_face 🤗|face_palm 🤦|shrug 🤷|heart ❤️|orange_heart 🧡
yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍
broken_heart 💔|two_hearts 💕|sparkling_heart 💖|100 💯|boom 💥|fire 🔥|sparkles ✨|star ⭐
star2 🌟|zap ⚡|sunny ☀️|rainbow 🌈|tada 🎉|confetti_ball 🎊|gift 🎁|trophy 🏆|balloon 🎈
rocket 🚀|car 🚗|package 📦|truck 🚚|house 🏠|moneybag 💰|credit_card 💳|shopping_trolley 🛒
receipt 🧾|email 📧|envelope ✉️|phone ☎️|telephone_receiver 📞|iphone 📱|computer 💻|camera 📷
paperclip 📎|memo 📝|pencil2 ✏️|calendar 📅|clipboard 📋|chart_with_upwards_trend 📈
bar_chart 📊|mag 🔍|bulb 💡|bell 🔔|no_bell 🔕|lock 🔒|unlock 🔓|key 🔑|wrench 🔧|hammer 🔨
gear ⚙️|link 🔗|hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚|alarm_clock ⏰
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌
negative_squared_cross_mark ❎|heavy_plus_sign ➕|heavy_minus_sign ➖|question ❓|exclamation ❗
bangbang ‼️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|sos 🆘|information_source ℹ️|recycle ♻️
repeat 🔁|arrows_counterclockwise 🔄|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️
leftwards_arrow_with_hook ↩️|double_vertical_bar ⏸️
black_right_pointing_triangle_for_play_or_pause ⏯️|red_circle 🔴|large_orange_circle 🟠
large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪
black_circle ⚫|speech_balloon 💬|thought_balloon 💭|mega 📣|loudspeaker 📢|zzz 💤
sweat_drops 💦|droplet 💧|coffee ☕|pizza 🍕|cake 🍰|beer 🍺|dog 🐶|cat 🐱|see_no_evil 🙈
hear_no_evil 🙉|speak_no_evil 🙊|bug 🐛|turtle 🐢|snail 🐌|earth_africa 🌍|ticket 🎫|label 🏷️
pushpin 📌|ambulance 🚑|hospital 🏥|pill 💊|stethoscope 🩺|bank 🏦|dollar 💵|euro 💶|man 👨
woman 👩|busts_in_silhouette 👥|bust_in_silhouette 👤
"""
_PAIRS: Final = tuple(pair.rsplit(" ", 1) for line in _TABLE.strip().splitlines() for pair in line.split("|"))
_SYMBOLS: Final = {pair[0]: pair[1] for pair in _PAIRS} | {"thumbsup": "👍", "thumbsdown": "👎", "poop": "💩"}
_NAMES: Final = {pair[1].replace("\ufe0f", ""): pair[0] for pair in _PAIRS}
_TONES: Final = {f"skin-tone-{n}": tone for n, tone in zip(range(2, 7), "🏻🏼🏽🏾🏿", strict=True)}
_NAME: Final = re.compile(r"[a-z0-9_+'-]{1,100}")
_SHORTCODE: Final = re.compile(r":([a-z0-9_+'-]{1,100})(?:::(skin-tone-[2-6]))?:(?:(?::)?(skin-tone-[2-6]):)?")


def symbol_of(name: str) -> str:
    """A Slack reaction's name as a Unicode emoji, or `:name:` when Unicode has none (or we do not know)."""
    base, _, tone = name.partition("::")
    symbol = _SYMBOLS.get(base)
    return symbol + _TONES.get(tone, "") if symbol else f":{base}:"


def name_of(emoji: str) -> str | None:
    """The Slack name of a Unicode emoji or `:name:`; None when there is none that we know."""
    if emoji.startswith(":") and emoji.endswith(":") and _NAME.fullmatch(emoji[1:-1]):
        return emoji[1:-1]
    bare = emoji.replace("\ufe0f", "")
    for tone, modifier in _TONES.items():
        if bare.endswith(modifier) and bare[:-1] in _NAMES:
            return f"{_NAMES[bare[:-1]]}::{tone}"
    return _NAMES.get(bare)


def with_symbols(text: str) -> str:
    """The text with known `:name:` codes as Unicode."""

    def symbol(match: re.Match[str]) -> str:
        known = _SYMBOLS.get(match.group(1))
        return known + _TONES.get(match.group(2) or match.group(3) or "", "") if known else match.group(0)

    return _SHORTCODE.sub(symbol, text) if ":" in text else text
