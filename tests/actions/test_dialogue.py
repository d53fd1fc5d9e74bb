"""Conversations: following the procedure in talk, leaving it at once, asking back, saying no."""

import pytest

from actions.question import Facet, Question
from actions.reply import Outcome
from actions.respond import respond
from actions.state import State

PETROL = "2.000648"


def test_the_petrol_station_question_of_the_readme(ask):
    reply = ask("Mình muốn mở cây xăng thì cần giấy tờ gì, nộp ở đâu, bao lâu có?")
    assert reply.outcome is Outcome.ANSWERED
    assert reply.procedure == PETROL
    assert [facet.value for facet in reply.facets] == ["documents", "channels", "deadline"]
    assert reply.text.index("1. Đơn đề nghị") < reply.text.index("5. ")
    assert "6. " not in reply.text
    assert "15 ngày làm việc" in reply.text
    assert "Trực tuyến: https://dichvucong.gov.vn" in reply.text
    assert "1040/QĐ-BCT" in reply.text
    assert "18/07/2026" in reply.text
    assert reply.as_of == "2026-07-18"
    assert reply.sources == ("1040/QĐ-BCT",)


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("mở cây xăng cần giấy tờ gì", "còn phí thì sao?", "2.000648"),
        ("mở cây xăng cần giấy tờ gì", "thế cấp lại?", "2.000647"),
        ("mo cay xang can giay to gi", "con sua doi thi sao", "2.000645"),
        ("xin CO form D", "bao lâu có", "1.000665"),
        ("mở văn phòng đại diện công ty nước ngoài", "gia hạn thì sao", "2.000327"),
        ("mở văn phòng đại diện công ty nước ngoài", "gia han luon dc ko, nop mang dc ko", "2.000327"),
        ("mở cây xăng cần giấy tờ gì", "xong thi cam ve cai gi, xai dc may nam", "2.000648"),
        ("mở cây xăng cần giấy tờ gì", "nghe nói giờ khỏi lên sở, ngồi nhà bấm là xong hả", "2.000648"),
    ],
)
def test_a_follow_up_stays_with_the_procedure_in_talk(conversation, first, then, code):
    conversation.say(first)
    assert conversation.say(then).procedure == code


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("mở cây xăng cần giấy tờ gì", "phí CO form D", "1.000665"),
        ("mở cây xăng cần giấy tờ gì", "thôi, bốc thăm trúng thưởng trong tỉnh thì nộp ở đâu", "2.000004"),
        ("phí CO form D", "không, ý tôi là CO form E", "1.000695"),
        ("giấy phép bán lẻ điện", "dai ly xang can giay gi", "2.000673"),
    ],
)
def test_a_new_topic_replaces_the_old_one_at_once(conversation, first, then, code):
    conversation.say(first)
    assert conversation.say(then).procedure == code


def test_nothing_of_the_old_topic_is_answered_when_the_new_one_is_not_ours(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    reply = conversation.say("làm hộ chiếu cần giấy tờ gì")
    assert reply.outcome is Outcome.OUT_OF_SCOPE
    assert reply.procedure is None
    assert "Công an" in reply.text


def test_several_candidates_are_offered_and_chosen_by_number(conversation):
    offered = conversation.say("bán hàng đa cấp phải xin ở đâu")
    assert offered.outcome is Outcome.CLARIFY
    assert len(offered.buttons) == len(offered.candidates) >= 2
    assert conversation.say("cái thứ hai").procedure == offered.candidates[1]


def test_a_bare_number_chooses_and_a_wrong_one_is_told(conversation):
    offered = conversation.say("bán hàng đa cấp phải xin ở đâu")
    wrong = conversation.say("9", intent="select_candidate")
    assert str(len(offered.candidates)) in wrong.text
    assert conversation.say("1").procedure == offered.candidates[0]


def test_a_choice_keeps_what_was_asked(conversation):
    offered = conversation.say("phí bán hàng đa cấp")
    assert offered.outcome is Outcome.CLARIFY
    assert [facet.value for facet in conversation.say("1").facets] == ["fee"]


def test_a_fee_question_asks_for_what_it_needs_and_computes(conversation):
    first = conversation.say("phí mở cây xăng bao nhiêu")
    assert "1.200.000 đồng" in first.text
    assert any("Khu vực khác" in button.title for button in first.buttons)
    then = conversation.say("doanh nghiệp, 3 cửa hàng ở huyện", intent="inform")
    assert then.procedure == PETROL
    assert "900.000 đồng" in then.text
    assert "64/2025/TT-BTC" in then.text


def test_an_unknown_amount_is_said_to_be_unknown_and_never_free(ask):
    reply = ask("phí cấp giấy phép bán lẻ điện bao nhiêu")
    assert "106/2020/TT-BTC" in reply.text
    assert "miễn phí" not in reply.text.lower()


def test_a_withdrawn_procedure_is_never_presented_as_in_force(ask):
    reply = ask("bán lẻ rượu cần giấy tờ gì")
    assert reply.outcome is Outcome.WITHDRAWN
    assert "không còn trong danh mục" in reply.text
    assert "27/11/2025" in reply.text
    assert "Giấy tờ cần nộp" not in reply.text


def test_a_ministry_procedure_says_that_the_ministry_decides(ask):
    reply = ask("thương nhân đầu mối xăng dầu cần giấy tờ gì")
    assert reply.procedure == "1.005404"
    assert "cấp Bộ" in reply.text


def test_a_caution_of_the_catalogue_is_repeated(ask):
    assert "Lưu ý" in ask("1.000475").text


def test_a_question_without_topic_asks_which_procedure(ask):
    reply = ask("cần giấy tờ gì")
    assert reply.outcome is Outcome.CLARIFY
    assert reply.buttons


def test_two_failures_in_a_row_show_the_way_to_a_person(conversation):
    conversation.say("blah", intent="nlu_fallback")
    assert "gặp cán bộ" in conversation.say("hừm hừm", intent="nlu_fallback").text


@pytest.mark.parametrize(
    ("text", "intent", "outcome"),
    [
        ("chào em", "greet", Outcome.SMALLTALK),
        ("", "nlu_fallback", Outcome.UNCLEAR),
        ("😀😀", "nlu_fallback", Outcome.UNCLEAR),
        ("đồ ngu", "insult", Outcome.SMALLTALK),
        ("how do I get a license?", "language_other", Outcome.SMALLTALK),
        ("hồ sơ của tôi tới đâu rồi", "dossier_status", Outcome.DOSSIER),
        ("tôi muốn phản ánh cán bộ", "complain", Outcome.CASE),
        ("cho gặp cán bộ", "ask_human", Outcome.HANDOFF),
        ("thủ tục lĩnh vực hóa chất", "list_procedures", Outcome.LISTED),
        ("sở có bao nhiêu thủ tục", "count_procedures", Outcome.LISTED),
    ],
)
def test_every_act_gets_a_decent_answer(ask, text, intent, outcome):
    reply = ask(text, intent)
    assert reply.outcome is outcome
    assert reply.text.strip()


@pytest.mark.parametrize("intent", ["complain", "give_feedback"])
def test_nothing_is_called_received_that_is_not_stored(ask, intent):
    assert "CHƯA" in ask("tôi không hài lòng", intent).text


def test_counts_answer_in_the_terms_of_today(ask):
    reply = ask("mức độ 4 có mấy thủ tục", "count_procedures")
    assert "toàn trình" in reply.text
    assert "101" not in reply.text
    assert "260 thủ tục" in ask("sở có bao nhiêu thủ tục", "count_procedures").text


def test_a_fault_is_admitted_not_silent(services, monkeypatch, caplog):
    from actions import respond as module
    from actions.question import Question
    from actions.state import State

    monkeypatch.setattr(module, "answer_question", lambda *_: 1 / 0)
    reply = module.respond(Question("mở cây xăng", "ask_procedure", 1.0), State(), services)
    assert reply.outcome is Outcome.UNCLEAR
    assert "lỗi" in reply.text
    assert "answering failed" in caplog.text


def test_a_broad_name_alone_lists_its_field_and_a_narrow_one_is_a_topic(ask):
    assert ask("hóa chất").outcome is Outcome.LISTED
    assert ask("thôi cho hỏi hội chợ").outcome in {Outcome.ANSWERED, Outcome.CLARIFY}


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("làm lại CCCD", "cancel", "Công an"),
        ("mở công ty thì làm sao", "out_of_scope", "Sở Tài chính"),
        ("hồ sơ gồm những gì", "dossier_status", "thủ tục nào"),
    ],
)
def test_what_is_asked_wins_over_the_act_guessed(ask, text, intent, said):
    assert said in ask(text, intent).text


def test_a_correction_keeps_the_case(conversation):
    conversation.say("văn phòng đại diện nước ngoài đổi địa chỉ")
    assert conversation.say("không, ý tôi là chi nhánh").procedure == "2.000129"


@pytest.mark.parametrize(
    ("kind", "said"), [("image", "hình ảnh"), ("audio", "thoại"), ("contact", "tệp"), ("x", "tệp")]
)
def test_a_file_without_words_is_declined_politely(services, kind, said):
    question = Question("", "flow_step", 1.0, values={"flow": "attachment", "value": kind})

    reply = respond(question, State(), services)

    assert said in reply.text
    assert reply.outcome is Outcome.UNCLEAR


def test_words_of_another_authority_do_not_outweigh_a_sure_find(conversation):
    reply = conversation.say("công ty đa cấp giải thể, rút tiền ký quỹ ở ngân hàng mất bao lâu")
    assert reply.procedure == "2.000316"
    conversation.say("thôi")
    assert conversation.say("khai hải quan hàng may mặc ở đâu").outcome is Outcome.OUT_OF_SCOPE


def test_a_guessed_look_up_gives_way_to_a_procedure_that_is_named(services):
    def said(text, confidence):
        question = Question(text, "dossier_status", confidence, facets=(Facet.DOCUMENTS,))
        return respond(question, State(), services)

    assert said("hồ sơ mở cây xăng gồm gì", 0.45).procedure == "2.000648"
    assert said("hồ sơ mở cây xăng của tôi tới đâu rồi", 0.95).outcome is Outcome.DOSSIER
    assert said("hồ sơ H27.12-230412-0001 mở cây xăng", 0.45).outcome is Outcome.DOSSIER


def test_words_that_mean_nothing_leave_the_procedure_in_talk(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    nonsense = Question("ask_procedure@1.0", "ask_procedure", 0.4)
    reply = respond(nonsense, conversation.state, conversation.services)
    assert (reply.outcome, reply.state.procedure) == (Outcome.UNCLEAR, "2.000648")


@pytest.mark.parametrize(
    ("said", "intent", "confidence", "outcome"),
    [
        ("thủ tục ly hôn", "list_procedures", 0.63, Outcome.OUT_OF_SCOPE),
        ("asdkjh askdjh", "insult", 0.42, Outcome.UNCLEAR),
        ("đồ ngu", "insult", 0.9, Outcome.SMALLTALK),
        ("danh sách thủ tục", "list_procedures", 0.9, Outcome.LISTED),
    ],
)
def test_a_guessed_intent_does_not_decide(services, said, intent, confidence, outcome):
    assert respond(Question(said, intent, confidence), State(), services).outcome is outcome


def test_tobacco_after_liquor_is_tobacco_also_without_marks(conversation):
    assert conversation.say("ban le ruou can giay phep khong").procedure == "2.000620"
    assert conversation.say("the ban thuoc la").procedure == "2.000181"


def test_a_number_alone_names_no_procedure(conversation):
    assert conversation.say("mo cay xang can gi").procedure == PETROL
    assert conversation.say("the con 2 cua hang").procedure == PETROL


def test_a_branch_after_an_office_is_a_branch(conversation):
    assert conversation.say("van phong dai dien cong ty Nhat can giay gi").procedure == "2.000063"
    assert conversation.say("con chi nhanh?").procedure == "1.000376"
