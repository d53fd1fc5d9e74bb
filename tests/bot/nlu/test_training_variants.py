from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import TrainingVariants, misspell


def variants(text: str, **options: object) -> list[str]:
    return TrainingVariants({**TrainingVariants.get_default_config(), **options}).variants_of(text)


def test_each_example_gets_an_unmarked_and_a_misspelt_variant() -> None:
    unmarked, misspelt = variants("lệ phí bao nhiêu tiền")

    assert unmarked == "le phi bao nhieu tien"
    assert misspelt not in {"lệ phí bao nhiêu tiền", unmarked}


def test_what_can_not_differ_is_not_doubled() -> None:
    assert variants("ok") == []
    assert variants("2.000648") == []


def test_misspelling_is_the_same_every_time_and_leaves_codes_alone() -> None:
    text = "thủ tục 2.000648 cần những giấy tờ gì"

    assert misspell(text) == misspell(text)
    assert len({misspell(text, number) for number in range(5)}) > 1
    assert all("2.000648" in misspell(text, number) for number in range(20))


def test_variants_keep_the_intent_and_come_behind_the_examples() -> None:
    data = TrainingData([Message({"text": "xin chào", "intent": "greet"}), Message({"intent": "greet"})])
    component = TrainingVariants(TrainingVariants.get_default_config())

    more = component.process_training_data(data)

    texts = [example.get("text") for example in more.training_examples if example.get("text")]
    assert texts[:2] == ["xin chào", "xin chao"]
    assert {example.get("intent") for example in more.training_examples} == {"greet"}
    assert len(data.training_examples) == 2


def test_messages_are_left_alone_when_answering() -> None:
    messages = [Message({"text": "xin chào"})]

    assert TrainingVariants(TrainingVariants.get_default_config()).process(messages) == messages


@given(st.text(max_size=60), st.integers(0, 3))
def test_misspelling_takes_any_text_and_keeps_its_words_apart(text: str, number: int) -> None:
    assert misspell(text, number).count(" ") == text.count(" ")
