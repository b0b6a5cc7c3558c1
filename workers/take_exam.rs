//! Examines a service as a judge: forty pairs in both orders, a few calls at a time. Marks are kept
//! as they come, so that a worker that dies costs only what it had in hand.

use std::collections::BTreeMap;

use futures::future::join_all;
use quorum_domain::{exam::ExamStatus, ids::ExamId, usage::MicroUsd};
use quorum_queue::{QueueError, Stop, StopReason};
use quorum_rank::{ExamSheet, ExamVerdict, exam_sheets, grade_exam, mark};
use quorum_store::{ClaimedJob, ExamRow};

use crate::{
    judge_call::{JudgeCall, Occasion},
    keys::{NoKey, key_for_call},
    pauses::{self, Leave},
    saving::save_until_done,
    shop::Shop,
};

/// Calls at once: an exam is in nobody's way.
const AT_ONCE: usize = 4;
/// Sheets whose call failed, after which the exam is given up: the service cannot be reached.
const FAILURES: usize = 6;

/// Marks by number of the sheet.
type Marks = BTreeMap<usize, ExamVerdict>;

pub async fn run(shop: &Shop, claimed: &ClaimedJob, exam_id: ExamId, stop: &Stop) -> Result<(), QueueError> {
    let mut session = shop.store.read().await?;
    let exam = session.exam(exam_id).await?;
    let (judge, pauses) = session.service_and_pauses(exam.service_id).await?;
    drop(session);
    if exam.status != ExamStatus::Running {
        return finish(shop, claimed).await;
    }
    let key = match key_for_call(shop, exam.user_id, &judge).await {
        Ok(key) => key,
        Err(NoKey::Failed(failure)) => return give_up(shop, claimed, exam_id, failure.kind.plain_words()).await,
        Err(NoKey::Store(error)) => return Err(error.into()),
    };
    let standing = match pauses::ask_leave(shop, judge.id, &pauses, key.as_ref()).await? {
        Leave::Granted(standing) => standing,
        Leave::Held(held) => return give_up(shop, claimed, exam_id, &held.failure.detail).await,
    };
    let call = JudgeCall {
        shop,
        judge,
        key,
        standing,
        user: exam.user_id,
        occasion: Occasion::Exam,
        images: Default::default(),
        stop,
    };
    let sheets = exam_sheets(exam.seed);
    match answer_all(&call, &exam, &sheets).await? {
        Ending::Complete(marks) => grade(shop, claimed, exam_id, &sheets, &marks).await,
        Ending::Unreachable(reason) => give_up(shop, claimed, exam_id, &reason).await,
        Ending::Stopped if stop.reason() == Some(StopReason::Shutdown) => {
            let mut tx = shop.store.begin().await?;
            tx.hand_back_job(claimed).await?;
            shop.commit(tx).await
        }
        Ending::Stopped => Ok(()),
    }
}

enum Ending {
    Complete(Marks),
    Unreachable(String),
    Stopped,
}

async fn answer_all(call: &JudgeCall<'_>, exam: &ExamRow, sheets: &[ExamSheet]) -> Result<Ending, QueueError> {
    let mut marks: Marks = serde_json::from_value(exam.verdicts.clone()).unwrap_or_default();
    let mut cost = exam.cost;
    let mut failures = 0;
    let open: Vec<usize> = (0..sheets.len()).filter(|number| !marks.contains_key(number)).collect();
    // In rounds: a call that is not polled while marks are saved could hold what saving waits for.
    for round in open.chunks(AT_ONCE) {
        let answers = join_all(round.iter().map(|number| answer(call, &sheets[*number]))).await;
        if call.stop.reason().is_some() {
            return Ok(Ending::Stopped);
        }
        for (number, answer) in round.iter().zip(answers) {
            match answer? {
                Ok((verdict, spent)) => {
                    marks.insert(*number, verdict);
                    cost = cost + spent;
                }
                Err(reason) => {
                    failures += 1;
                    marks.insert(*number, ExamVerdict::Missing);
                    if failures >= FAILURES {
                        return Ok(Ending::Unreachable(reason));
                    }
                }
            }
        }
        keep(call, exam.id, &marks, cost).await?;
    }
    Ok(Ending::Complete(marks))
}

async fn keep(call: &JudgeCall<'_>, id: ExamId, marks: &Marks, cost: MicroUsd) -> Result<(), QueueError> {
    let kept = serde_json::to_value(marks).unwrap_or_default();
    let marked = i64::try_from(marks.len()).unwrap_or(i64::MAX);
    save_until_done("the marks of an exam", || async {
        let mut tx = call.shop.store.begin().await?;
        tx.save_exam_marks(id, &kept, marked, cost).await?;
        call.shop.commit(tx).await
    })
    .await
}

async fn answer(
    call: &JudgeCall<'_>,
    sheet: &ExamSheet,
) -> Result<Result<(ExamVerdict, MicroUsd), String>, QueueError> {
    let asked = call.ask_for_ballot(sheet.messages.clone(), &sheet.sheet, 1).await?;
    Ok(match asked {
        Ok(verdict) => Ok((mark(sheet, verdict.vote.as_ref()), verdict.cost)),
        Err((error, _)) => Err(error.to_string()),
    })
}

async fn grade(
    shop: &Shop,
    claimed: &ClaimedJob,
    id: ExamId,
    sheets: &[ExamSheet],
    marks: &Marks,
) -> Result<(), QueueError> {
    let verdicts: Vec<(&ExamSheet, ExamVerdict)> = sheets
        .iter()
        .enumerate()
        .map(|(number, sheet)| (sheet, marks.get(&number).copied().unwrap_or(ExamVerdict::Missing)))
        .collect();
    let result = grade_exam(&verdicts);
    let stored = serde_json::to_value(&result).unwrap_or_default();
    save_until_done("the result of an exam", || async {
        let mut tx = shop.store.begin().await?;
        tx.finish_job(claimed).await?;
        tx.finish_exam(id, &stored, result.record.right, result.record.pairs)
            .await?;
        shop.commit(tx).await
    })
    .await
}

async fn give_up(shop: &Shop, claimed: &ClaimedJob, id: ExamId, reason: &str) -> Result<(), QueueError> {
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    tx.fail_exam(id, reason).await?;
    shop.commit(tx).await
}

async fn finish(shop: &Shop, claimed: &ClaimedJob) -> Result<(), QueueError> {
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    shop.commit(tx).await
}
