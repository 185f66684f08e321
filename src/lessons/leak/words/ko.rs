//! The words of `leak` in Korean.

use std::borrow::Cow::Borrowed as said;

use crate::text::Plural;
use crate::text::lesson::{ConditionalSentence, KnobWords, LessonWords, NowWords, PresetWords, SwitchWords, TaskWords};

/// Korean does not tell one from many.
const fn any(text: &'static str) -> Plural {
    Plural { one: text, many: text }
}

/// What the lesson says in Korean.
pub static WORDS: LessonWords = LessonWords {
    title: said("잊힌 컨텍스트"),
    headline: said("cancel()은 알릴 뿐, 멈추지 못해요."),
    lead: said("스위치를 켜고 누가 남는지 보세요."),
    picture: said("요청과 워커들, 그 아래에 쌓인 누수 더미"),
    switch: Some(SwitchWords {
        name: said("워커가 취소 신호를 들어요"),
        meanings: said(&[
            ConditionalSentence {
                condition: said("listen=off"),
                sentence: said("아니요. cancel()을 불러도 계속 기다려요."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=never"),
                sentence: said("거의 안 들어요. 작업하는 동안 ctx.Done()을 보지 않아요."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=once"),
                sentence: said("한 번만 들어요. 작업 전에 ctx.Done()을 한 번 보고, 작업 중에는 보지 않아요."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=step"),
                sentence: said("작업 단계마다 그 앞에서 보지만, 단계 안에서 기다릴 때는 보지 않아요."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=wait"),
                sentence: said("네. 작업 중에 기다릴 때마다 ctx.Done()도 함께 기다려요."),
            },
            ConditionalSentence {
                condition: said("listen=on & send=naked"), sentence: said("보낼 때는 듣지 않아요.")
            },
            ConditionalSentence {
                condition: said("listen=on & hears=never & send=select"),
                sentence: said("보낼 때만 들어요."),
            },
            ConditionalSentence {
                condition: said("listen=on & forgetful!=0"),
                sentence: said("그중 {forgetful}%는 잊고 듣지 않아요."),
            },
        ]),
        on_since: any(
            "{1}부터 시작한 워커는 들어요. 그런데도 {0}개가 샜어요. 하나를 클릭해서 무엇을 기다리는지 보세요.",
        ),
        on_before: any(
            "{1} 뒤로 {0}개가 샜지만, 모두 그 전에 시작한 워커예요. 그 뒤에 시작한 워커는 하나도 새지 않았어요.",
        ),
        on_none: "{0}부터 하나도 새지 않았어요. 이제 기다리기 시작하는 워커는 취소 신호를 듣고, 이미 기다리던 워커는 듣지 못해요.",
        on_leaks: any("스위치를 켰는데도 {0}개가 샜어요. 하나를 클릭해서 이유를 보세요."),
        on_clean: "알리고, 듣고, 끝나요. 이 세 단계를 거치면 아무도 남지 않아요.",
        on_start: "워커가 처음부터 듣고 있어요. 요청의 시간이 다 되면 어떻게 하는지 보세요.",
    }),
    knobs: said(&[
        KnobWords {
            name: said("listen"),
            label: said("취소 신호"),
            about: said("끄면 워커는 컨텍스트를 보지 않고 그냥 보내요. 켜면 다음 두 설정대로 해요."),
            words: said(&[said("끔"), said("켬")]),
        },
        KnobWords {
            name: said("hears"),
            label: said("듣는 방법"),
            about: said("듣는 워커가 ctx.Done()을 어디에서 보는지예요."),
            words: said(&[
                said("듣지 않음"),
                said("작업 전에 한 번"),
                said("단계마다 그 앞에서"),
                said("기다릴 때마다"),
            ]),
        },
        KnobWords {
            name: said("send"),
            label: said("보내는 방법"),
            about: said("그냥 보내면 받는 쪽만 기다리고, select로 보내면 ctx.Done()도 함께 기다려요."),
            words: said(&[said("그냥 보내기"), said("select로 보내기")]),
        },
        KnobWords {
            name: said("forgetful"),
            label: said("잊는 비율"),
            about: said("스위치를 켜도 듣지 않는 워커의 비율이에요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("workers"),
            label: said("워커 수"),
            about: said("요청 하나가 시작하는 고루틴 수예요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("work"),
            label: said("작업 시간"),
            about: said("워커의 작업에 걸리는 시간이에요. 같은 길이의 여덟 단계로 나뉘어요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("stuck"),
            label: said("응답 없는 호출"),
            about: said("영영 돌아오지 않는 호출을 하는 워커의 비율이에요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("shape"),
            label: said("워커의 모양"),
            about: said("결과 하나를 보내고 끝나거나, 되풀이해요."),
            words: said(&[said("결과 하나"), said("반복")]),
        },
        KnobWords {
            name: said("capacity"),
            label: said("채널 용량"),
            about: said("받는 쪽 없이도 채널에 담을 수 있는 결과 수예요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("parent"),
            label: said("부모가 끝나는 때"),
            about: said("요청에 답하는 고루틴이 언제 끝나는지예요."),
            words: said(&[
                said("없음 (글 그대로)"),
                said("제한 시간에"),
                said("결과를 다 받거나 제한 시간에"),
                said("그 뒤 워커까지 기다림"),
            ]),
        },
        KnobWords {
            name: said("timeout"),
            label: said("제한 시간"),
            about: said("요청이 워커를 취소하기까지의 시간이에요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("timer"),
            label: said("타이머"),
            about: said(
                "한 번만 만들거나, 반복문을 돌 때마다 새로 만들어요. 새로 만들면 마지막 메시지 뒤부터 다시 재요.",
            ),
            words: said(&[said("한 번 만듦"), said("메시지마다 새로")]),
        },
        KnobWords {
            name: said("traffic"),
            label: said("트래픽"),
            about: said("1분당 요청 수예요. 요청이 오는 순간은 시드가 정해요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("requests"),
            label: said("요청 수 한도"),
            about: said("이만큼 보내고 그만둬요. 0이면 그만두지 않아요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("jitter"),
            label: said("작업 시간 편차"),
            about: said("작업 시간 가운데 워커마다 무작위로 정하는 부분이에요. 평균은 그대로예요."),
            words: said(&[]),
        },
        KnobWords {
            name: said("hangs"),
            label: said("응답 없는 워커"),
            about: said("일정한 간격으로 정하거나, 워커마다 무작위로 정해요."),
            words: said(&[said("일정한 간격"), said("워커마다 무작위")]),
        },
    ]),
    presets: said(&[
        PresetWords {
            name: said("the-leak"),
            title: said("누수"),
            lead: said("cancel()은 알릴 뿐, 멈추지 못해요."),
            about: said(
                "부모는 끝났는데, 응답 없는 호출을 기다리는 워커가 남아요. 요청이 대부분 제때 끝나면 아무도 눈치채지 못해요.",
            ),
        },
        PresetWords {
            name: said("as-posted"),
            title: said("글에 실린 그대로"),
            lead: said("부모의 반복문에 출구가 없어요."),
            about: said("블로그 글의 코드예요. 워커는 모두 끝나는데, 부모는 select에서 영영 기다려요."),
        },
        PresetWords {
            name: said("the-posts-fix"),
            title: said("글의 해결책"),
            lead: said("딱 한 번, 너무 일찍 봐요."),
            about: said("작업 전에 ctx.Done()을 한 번 보는데, 취소는 한참 뒤에 와요. 그래서 부모는 그대로 남아요."),
        },
        PresetWords {
            name: said("listening-everywhere"),
            title: said("어디서나 듣기"),
            lead: said("기다릴 때마다 들으면 안 남아요."),
            about: said("기다리는 곳마다 select를 두고 부모도 끝나요. 워커는 취소 요청을 받고, 듣고, 끝나요."),
        },
        PresetWords {
            name: said("heard-and-leaked"),
            title: said("듣고도 새는 경우"),
            lead: said("취소 신호를 듣고도 새요."),
            about: said("워커는 다음 단계 앞에서 취소 신호를 듣고 결과를 보내요. 그런데 받을 쪽은 이미 떠났어요."),
        },
        PresetWords {
            name: said("late-not-leaked"),
            title: said("늦을 뿐, 누수는 아님"),
            lead: said("늦은 것과 새는 것은 달라요."),
            about: said("오래 걸려도 스스로 끝나는 작업이에요. 계속 늘지 않고 일정한 높이에 머물러요."),
        },
        PresetWords {
            name: said("never-starts"),
            title: said("시작하지 않는 다음 회차"),
            lead: said("반복문에서는 한 번 보는 게 도움이 돼요."),
            about: said("워커가 회차마다 먼저 ctx를 봐요. 취소 요청을 받으면 다음 회차를 아예 시작하지 않아요."),
        },
        PresetWords {
            name: said("joins"),
            title: said("끝까지 기다리기"),
            lead: said("취소하고, 워커를 기다려요."),
            about: said("부모는 취소한 뒤 마지막 워커가 끝날 때까지 기다려요. 요청보다 오래 남는 워커가 없어요."),
        },
        PresetWords {
            name: said("a-runaway"),
            title: said("폭주"),
            lead: said("타이머를 자꾸 새로 걸어요."),
            about: said(
                "반복문 안에 time.After가 있으면 부모는 멈춰 있지도 않아요. 제한 시간마다 깨어나 또 취소할 뿐, 끝나지 않아요.",
            ),
        },
        PresetWords {
            name: said("quiet-month"),
            title: said("조용한 한 달"),
            lead: said("1분에 요청 하나면 아무도 몰라요."),
            about: said(
                "같은 누수인데 트래픽이 적어서, 하루에 한 번 재시작하면 모르고 지나가요. 1000배속이면 하루가 1분 30초 만에 지나가요.",
            ),
        },
        PresetWords {
            name: said("sale-day"),
            title: said("세일 날"),
            lead: said("1초에 요청 백 개가 와요."),
            about: said("같은 누수에 트래픽만 많아요. 1초마다 천 개씩 더 남아요."),
        },
    ]),
    tasks: TaskWords { child: "요청 {1}의 워커 {0}번", parent: "요청 {1}의 부모", root: "부하 생성기" },
    now: NowWords {
        start: "점 하나하나가 스레드 하나 위에서 실제로 도는 고루틴이에요. 요청마다 워커를 시작하고, 시간이 다 되면 취소해요.",
        open: "테두리 하나가 요청 하나예요. 시간이 다 되면 호박색으로 바뀌고 워커들에게 취소를 알려요. 누가 정말 멈추는지 보세요.",
        told: any("취소 요청을 받고도 아직 끝나지 않은 고루틴이 {0}개예요. 멈추라고 알리는 것과 멈추는 것은 달라요."),
        leaks: any(
            "{0}개가 영영 남아요. 요청은 끝났고, 이제 아무도 깨울 수 없어요. 스위치를 켜고 누가 빠져나오는지 보세요.",
        ),
        parents: any("더미에 쌓인 {0}개는 모두 부모예요. 부모의 반복문에 출구가 없어서, 워커를 고쳐도 소용없어요."),
        late: any(
            "{0}개는 늦을 뿐, 누수는 아니에요. 작업이 스스로 끝날 수 있어요. 계속 늘지 않고 일정한 높이에 머물러요.",
        ),
        runaways: any("{0}개가 폭주하고 있어요. 자꾸 깨어나는데 빠져나갈 길이 없어요."),
    },
};
