"""A customer's own name leaves a lesson's words, however short it is, and ordinary words stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.personal_data.own_names import without_own_names


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("Ada King", "hi I am ada KING, my parcel is late", "hi I am …, my parcel is late"),
        ("Li Wei", "this is Li Wei and my parcel is late", "this is … and my parcel is late"),
        ("Li Wei", "wei li is my name", "… is my name"),
        ("Li Wei", "please call Li back", "please call … back"),
        ("li wei", "please call Li back", "please call … back"),
        ("Bo Ek", "thanks, Bo", "thanks, …"),
        ("Bo Ek", "My parcel is late. Bo", "My parcel is late. …"),
        ("Bo Ek", "Bo here, my parcel is late", "… here, my parcel is late"),
        ("Bo Ek", "hi, i'm bo, my parcel is late", "hi, i'm …, my parcel is late"),
        ("An Lê", "Tôi là An. Gói hàng ở đâu?", "Tôi là …. Gói hàng ở đâu?"),
        ("Nguyễn Thị An", "Nguyen Thi An, my parcel is late", "…, my parcel is late"),
        ("Nguyễn Thị An", "NGUYỄN waits", "… waits"),
        ("Xu Yi", "Ms. Xu was charged twice", "Ms. … was charged twice"),
        ("An Vo", "meine Frau ruft Frau An an", "meine Frau ruft Frau … an"),
        ("李伟", "我是李伟,我的包裹在哪里", "我是…,我的包裹在哪里"),
        ("李 伟", "我是李伟,我的包裹在哪里", "我是…,我的包裹在哪里"),
        ("李伟", "李先生的包裹", "…先生的包裹"),
        ("김민준", "저는 김민준입니다", "저는 …입니다"),
        ("山田 太郎", "山田と申します", "…と申します"),
        ("José Díaz", "soy jose diaz y no llega", "soy … y no llega"),
        ("J. R. Smith", "J. R. Smith asked", "… asked"),
    ],
)
def test_a_name_is_taken_out_wherever_it_is_one(name: str, said: str, kept: str) -> None:
    assert without_own_names(said, name, "…") == kept


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("An Vo", "I am an engineer and it is an order"),
        ("An Vo", "An order is missing. An error came up"),
        ("An Vo", "rufen Sie bitte meine Frau an"),
        ("My Do", "do you know where my order is? My parcel is late, I do not know"),
        ("Le Na", "le colis n'est pas là, c'est La Poste qui l'a. Le facteur est passé"),
        ("La Do", "c'est chez La Poste"),
        ("Di Ma", "ma non è di oggi"),
        ("Tu Ha", "tu es là? ha, tu as vu"),
        ("I A", "I have a parcel, and a question, I think"),
        ("Ed Y", "y el pedido y la factura"),
        ("李伟", "我的包裹在哪里,李子"),
        ("", "nobody is named here"),
        ("- .", "nobody is named here - ."),
    ],
)
def test_ordinary_words_stay(name: str, said: str) -> None:
    assert without_own_names(said, name, "…") == said


@given(
    st.text("abcdefgh, .", max_size=60), st.text("abcdefgh", min_size=1, max_size=2), st.text("abcdefgh", max_size=2)
)
def test_small_words_are_never_taken_for_a_short_name(said: str, given: str, family: str) -> None:
    assert without_own_names(said, f"{given.capitalize()} {family.capitalize()}", "…") == said


@given(st.text(max_size=60), st.text("abcdefgh", min_size=3, max_size=6), st.text(max_size=10))
def test_a_long_part_never_stays(said: str, given: str, family: str) -> None:
    kept = without_own_names(f"{said} {given} {said}", f"{given} {family}", "…")
    assert given not in kept.split()
