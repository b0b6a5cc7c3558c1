//! What Quorum itself says of a ranking: stable codes with their numbers, so that a page can word them
//! in its reader's language. The English words are for whoever reads the API as it is.

use serde::{Deserialize, Serialize};

/// Something that the reader should know about a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RankingRemark {
    /// The conversation does not rank.
    RankingOff,
    /// There was nothing to rank.
    NoAnswer,
    /// There was nothing to compare.
    OnlyOneAnswer,
    /// The answers are the same.
    AllTheSame,
    /// No judge could be had.
    NoJudge,
    /// None of the judges that the user named can be asked.
    NamedJudgesMissing,
    /// Some of the judges that the user named cannot be asked.
    SomeNamedJudgesMissing {
        /// How many.
        missing: usize,
        /// Of how many.
        named: usize,
    },
    /// Judges were asked, and no ballot of theirs counts.
    NoBallotCounted,
    /// There are judges, and none of them has a record good enough to count.
    JudgesTooWeak,
    /// The order shows likeness, not quality.
    ByAgreement,
    /// Fewer answers or ballots than were asked for.
    RankedInPart {
        /// Answers ranked.
        ranked: usize,
        /// Answers asked for.
        answers: usize,
        /// Ballots that counted.
        voted: usize,
        /// Ballots wanted.
        wanted: usize,
    },
    /// The judges say that no answer does what was asked.
    NothingMeetsRequest,
    /// Every judge that counts has a poor record.
    OnlyWeakJudges,
    /// The majorities run in a circle.
    JudgesContradictEachOther,
    /// Text in an answer spoke to the judges and was withheld from them.
    InjectionWithheld,
    /// The first two cannot be told apart.
    TooCloseAtTheTop,
    /// The user stopped it.
    Stopped,
    /// The work on the ranking was given up.
    GivenUp,
}

impl RankingRemark {
    /// In English.
    pub fn words(&self) -> String {
        let fixed = match self {
            Self::SomeNamedJudgesMissing { missing, named } => {
                return format!("{missing} of the {named} judges named cannot be asked");
            }
            Self::RankedInPart {
                ranked,
                answers,
                voted,
                wanted,
            } => return format!("ranked {ranked} of {answers} answers by {voted} of {wanted} judges' ballots"),
            Self::RankingOff => "ranking is off",
            Self::NoAnswer => "no answer to rank",
            Self::OnlyOneAnswer => "only one answer, nothing to compare",
            Self::AllTheSame => "the answers are the same",
            Self::NoJudge => "no judge available",
            Self::NamedJudgesMissing => "none of the judges named can be asked",
            Self::NoBallotCounted => "no judge's ballot counted",
            Self::JudgesTooWeak => "low confidence: no judge has a record good enough to count",
            Self::ByAgreement => "ordered by agreement, not judged",
            Self::NothingMeetsRequest => "no answer does what was asked, the judges say",
            Self::OnlyWeakJudges => "low confidence: only weak judges",
            Self::JudgesContradictEachOther => "the judges contradict each other",
            Self::InjectionWithheld => "an answer tried to influence the judge; that text was withheld from it",
            Self::TooCloseAtTheTop => "too close to call at the top",
            Self::Stopped => "stopped before it was judged; the answers are not ordered",
            Self::GivenUp => "ranking failed repeatedly; the answers are not ordered",
        };
        fixed.to_owned()
    }

    /// All of them in one line; none where there is nothing to say.
    pub fn note(remarks: &[Self]) -> Option<String> {
        let words: Vec<String> = remarks.iter().map(Self::words).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}

/// Why an answer stands where it stands, where no judge said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AgreementReason {
    /// Other answers end on the same value.
    AgreesWith {
        /// How many others do.
        agreeing: usize,
        /// Of how many.
        others: usize,
        /// The value.
        value: String,
    },
    /// No other answer ends on its value.
    StandsAlone {
        /// The value.
        value: String,
    },
    /// Answers without a final value, by their wording.
    SharesWording {
        /// The share of its wording that it has in common with the others, in percent.
        percent: u8,
    },
}

impl AgreementReason {
    /// In English.
    pub fn words(&self) -> String {
        match self {
            Self::AgreesWith {
                agreeing,
                others,
                value,
            } => format!("Agrees with {agreeing} of {others} others; ends on {value}."),
            Self::StandsAlone { value } => format!("Stands alone; ends on {value}."),
            Self::SharesWording { percent } => format!("Shares {percent} % of its wording with the other answers."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_codes_with_their_numbers_and_one_line_of_english() {
        let remarks = [
            RankingRemark::RankedInPart {
                ranked: 3,
                answers: 4,
                voted: 2,
                wanted: 3,
            },
            RankingRemark::TooCloseAtTheTop,
        ];
        let json = serde_json::to_value(&remarks).unwrap();
        assert_eq!(json[0]["code"], "ranked_in_part");
        assert_eq!(json[1], serde_json::json!({"code": "too_close_at_the_top"}));
        assert_eq!(
            RankingRemark::note(&remarks).unwrap(),
            "ranked 3 of 4 answers by 2 of 3 judges' ballots; too close to call at the top"
        );
        assert_eq!(RankingRemark::note(&[]), None);
    }
}
