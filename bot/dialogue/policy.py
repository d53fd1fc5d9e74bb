"""Rasa's rules, with those of one intent looked up instead of searched for.

Rasa 3.6 makes features of the whole tracker and goes through all rules twice for every message, once for
rules about texts: a tenth of what it costs a turn (docs/nlu.md has the figures). Here every rule is of one
kind: an intent, whatever was said before, and its action (``nlu_data/rules.yml``).
"""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

RULES = "rules"
_LISTENING = {"action_name": ACTION_LISTEN_NAME}

Found = tuple[str | None, str | None, bool]
"""Action, the rule's key, and whether a loop was interrupted (never: there are none)."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class IntentRules(RulePolicy):
    """Learns and decides as ``RulePolicy`` does; a message whose rule is plain costs one look-up.

    A rule of another kind (about slots, texts, entities or what was said before) sends every message the
    way of ``RulePolicy``; so does an intent without a rule.
    """

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Found:
        plain = self._plain_rules()
        if plain and tracker.latest_action_name == ACTION_LISTEN_NAME and not tracker.active_loop_name:
            if use_text_for_last_user_input:
                return None, None, False
            rule = plain.get(tracker.latest_message.intent.get("name"))
            if rule is not None:
                return (*rule, False)
        found: Found = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        return found

    def _plain_rules(self) -> dict[str, tuple[str, str]]:
        """Return action and key of each intent's rule; nothing when a rule after a message is not plain."""
        rules = self.lookup[RULES]
        known = self.__dict__.get("_known_rules")
        if known is None or known[0] is not rules:
            known = self._known_rules = (rules, _read_plain_rules(rules))
        plain: dict[str, tuple[str, str]] = known[1]
        return plain


def _read_plain_rules(rules: dict[str, str]) -> dict[str, tuple[str, str]]:
    plain: dict[str, tuple[str, str]] = {}
    for key, action in rules.items():
        states: list[dict[str, Any]] = json.loads(key)
        if states[-1].get("prev_action") != _LISTENING:
            continue  # of what comes after an action
        said = states[-1].get("user", {})
        if len(states) > 1 or set(states[0]) != {"prev_action", "user"} or set(said) != {"intent"}:
            return {}
        plain[said["intent"]] = (action, key)
    return plain
