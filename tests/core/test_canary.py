"""A platform is silent when two songs in a row did not come back, and heard again with the first that does."""

from __future__ import annotations

from bot.core.platforms.canary import Song, listened, sung

FIRST = sung(Song(), "tirili", "C1 1.0", 100.0)


def test_what_comes_back_is_not_missed() -> None:
    song = listened(FIRST, "tirili", 101.0)
    assert (song.missed, song.is_silent) == (0, False)


def test_one_song_that_is_lost_means_nothing() -> None:
    song = listened(FIRST, "", 131.0)
    assert song.missed == 1
    assert not song.is_silent
    song = listened(sung(song, "tirila", "C1 1.0", 160.0), "tirila", 161.0)
    assert (song.missed, song.since) == (0, 0.0)


def test_two_in_a_row_are_silence_which_is_known_within_three_minutes() -> None:
    song, times = FIRST, []
    for second in range(101, 400):
        now = float(second)
        song = listened(song, "an earlier word", now)
        if song.is_silent:
            times.append(now)
        if now - song.at >= 60.0:
            song = sung(song, f"song at {now}", "C1 1.0", now)
    assert times[0] - FIRST.at <= 120.0, "what came back just before that one was sung a minute earlier"
    assert song.since == FIRST.at


def test_a_song_is_missed_once_however_often_somebody_listens() -> None:
    song = FIRST
    for now in (131.0, 140.0, 159.0):
        song = listened(song, "", now)
    assert song.missed == 1


def test_what_comes_back_late_ends_the_silence_too() -> None:
    song = listened(FIRST, "", 131.0)
    assert listened(song, "tirili", 150.0).missed == 0


def test_what_could_not_be_sung_says_nothing_of_what_comes_back() -> None:
    song = sung(listened(FIRST, "", 131.0), "", "C1 1.0", 160.0)
    assert listened(song, "", 300.0).missed == 1
