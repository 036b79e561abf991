"""What the core decides by, put together from the configuration and the assistant. Decides nothing itself."""

from __future__ import annotations

from adapters.rasa.assistant import RasaAssistant
from bot.composition.platform_settings import channel_of
from bot.config import Configuration
from bot.config.working_time import auto_close_of, hours_of, levels_of, staffing_of
from bot.core.policy import Desk, Policy, Thresholds
from bot.core.routing import Doors
from bot.core.tiers import tiers_of


def policy_of(configuration: Configuration, assistant: RasaAssistant, workspace: str, *, year: int) -> Policy:
    """The configuration's part and the assistant's. Holidays are worked out from `year` on."""
    settings, own = configuration.settings, assistant.escalation
    section = settings.hand_over
    return Policy(
        desks=tuple(
            Desk(
                desk.name,
                channel_of(desk.platform, desk.channel, configuration, workspace),
                desk.title,
                hours_of(desk.hours or settings.hours, settings.timezone, year),
                desk.hands_to,
                levels_of(desk.sla or settings.sla),
            )
            for desk in settings.desks
        ),
        always_human=own.always_human,
        desk_by_intent=own.desks,
        handoff_intents=frozenset(own.handoff_intents),
        unhelpful_intents=frozenset(own.unhelpful_intents),
        intent_labels=own.intent_labels,
        labels_in=own.labels_in,
        keywords=section.keywords,
        vip_tiers=frozenset(section.vip_tiers),
        tiers=tiers_of(section.tiers),
        tier_slot=section.tier_slot,
        thresholds=own.over(
            Thresholds(
                upset=section.upset,
                upset_trend=section.upset_trend,
                asked=section.asked,
                doubts=section.doubts,
                repeats=section.repeats,
                refusals=section.refusals,
            )
        ),
        claim_on_reply=section.claim_on_reply,
        hold_seconds=section.hold_seconds,
        reopen_seconds=section.reopen_hours * 3600.0,
        reminder_seconds=section.reminder_seconds,
        persona=section.persona,
        team=section.team,
        emergency_intents=own.emergency_intents,
        emergency_entities=own.emergency_entities,
        emergency=own.emergency,
        first_words=own.first_words,
        texts=own.texts,
        follow_ups=own.follow_ups,
        ask_rating=settings.satisfaction.ask,
        ask_to_teach=settings.learning.ask,
        doubt_seconds=settings.learning.doubt_days * 86400.0,
        low_rating=settings.satisfaction.low,
        default_language=settings.language,
        timezone=settings.timezone,
        staffing=staffing_of(settings.staffing, settings.agents, settings.timezone, year),
        auto_close=auto_close_of(settings.auto_close),
        leads=frozenset(settings.roles.leads),
        masked=settings.masking.masked,
    )


def doors_of(configuration: Configuration, policy: Policy, workspace: str) -> Doors:
    """Where the app listens: the desks, and the channels in which any top-level message opens a conversation."""
    platforms = configuration.settings.platforms
    support = [("slack", channel) for channel in platforms.slack.support_channels if platforms.slack.enabled]
    support += [("teams", channel) for channel in platforms.teams.support_channels if platforms.teams.enabled]
    return Doors(
        desks=frozenset(desk.place.key for desk in policy.desks),
        support=frozenset(channel_of(name, channel, configuration, workspace).key for name, channel in support),
    )
