//! What is wrong with a field: a stable code with its figures, so that a page can say it in its reader's
//! language, and English words for whoever reads the API as it is.

use std::collections::BTreeMap;

use quorum_domain::{Trouble, budget::NotCaps, named_enum};
use quorum_vault::PasswordProblem;
use serde::Serialize;

named_enum! {
    /// What is wrong with a field.
    pub enum FaultCode {
        /// It has to be there.
        Missing => "missing",
        /// It must not be empty.
        Empty => "empty",
        /// It must not be there.
        NotAllowed => "not_allowed",
        /// It is not of the form that is expected.
        WrongForm => "wrong_form",
        /// Longer than `limit` characters; it has `length`.
        TooLong => "too_long",
        /// Shorter than `limit` characters.
        TooShort => "too_short",
        /// More than `limit` of them.
        TooMany => "too_many",
        /// Not between `min` and `limit`.
        OutOfRange => "out_of_range",
        /// Below zero.
        Negative => "negative",
        /// None of the words that are known there.
        NotOneOf => "not_one_of",
        /// It has characters that it may not have.
        BadCharacters => "bad_characters",
        /// A name of other characters than letters, digits, - and _.
        NameCharacters => "name_characters",
        /// A name without a letter or a digit.
        NoLetter => "no_letter",
        /// `name` means something else.
        Reserved => "reserved",
        /// What it names is not there.
        Unknown => "unknown",
        /// `name` is there, but not active.
        NotActive => "not_active",
        /// It names something twice.
        Twice => "twice",
        /// Things stand in a wrong order.
        WrongOrder => "wrong_order",
        /// Quorum does not do that.
        NotSupported => "not_supported",
        /// It is switched off on this instance.
        SwitchedOff => "switched_off",
        /// Only an admin may ask for it.
        AdminsOnly => "admins_only",
        /// It goes beyond what the asking token may do, or beyond its end.
        BeyondToken => "beyond_token",
        /// What it builds on has no answer yet.
        NotAnswered => "not_answered",
        /// `limit` are kept already.
        TooManyKept => "too_many_kept",
        /// No more services can be asked in this turn; `limit` is the most.
        NoMoreServices => "no_more_services",
        /// Not an e-mail address.
        NotAnEmail => "not_an_email",
        /// Another address than the invitation is for.
        OtherEmail => "other_email",
        /// A link that is unknown, used or too old.
        DeadLink => "dead_link",
        /// Not the right secret.
        Wrong => "wrong",
        /// One of the most common passwords.
        CommonPassword => "common_password",
        /// A password that is the e-mail address.
        SameAsEmail => "same_as_email",
        /// An address that Quorum does not call, for the reason `why`.
        AddressNotAllowed => "address_not_allowed",
        /// The service behind it failed: for the reason `kind`, with `said` as its own words.
        ServiceFailed => "service_failed",
        /// No image of a kind that can be read.
        NotAnImage => "not_an_image",
        /// An image with a side of more than `limit` pixels.
        SideTooLong => "side_too_long",
        /// An image of more than `limit` pixels.
        TooManyPixels => "too_many_pixels",
        /// An image of more than `limit` KB.
        TooManyKilobytes => "too_many_kilobytes",
        /// An image that is not there any more.
        ImageGone => "image_gone",
        /// No room is left of `limit` MB.
        NoRoom => "no_room",
        /// A judge that cannot judge for this user.
        CannotJudge => "cannot_judge",
        /// A service that cannot write the consensus for this user.
        CannotWrite => "cannot_write",
        /// A deadline shorter than those within it.
        DeadlineTooShort => "deadline_too_short",
        /// A context window not larger than the longest answer, or larger than `limit`.
        WindowTooSmall => "window_too_small",
        /// The soft cap is above the hard cap.
        SoftAboveHard => "soft_above_hard",
        /// Neither a soft nor a hard cap.
        NoCap => "no_cap",
    }
}

named_enum! {
    /// Why an address is not called.
    pub enum AddressProblem {
        /// It is no URL.
        NotAUrl => "not_a_url",
        /// It begins neither with http:// nor with https://.
        Scheme => "scheme",
        /// A user name or password stands in it.
        UserInfo => "user_info",
        /// It has a query or a fragment, which the request would lose.
        Query => "query",
        /// It is on this machine or in a private network, and no admin allowed its host.
        Private => "private",
    }
}

/// An address that is not called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedAddress {
    /// Why, for programs.
    pub why: AddressProblem,
    /// Why, in English.
    pub words: String,
}

/// One field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The field's name in the request.
    pub field: String,
    /// What is wrong with it, for programs.
    pub code: FaultCode,
    /// What is wrong with it, in English.
    pub message: String,
    /// The limit it breaks, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What else belongs to the code, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<&'static str, String>,
}

impl FieldError {
    /// A field that is wrong.
    pub fn new(field: &str, code: FaultCode, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            code,
            message: message.into(),
            limit: None,
            params: BTreeMap::new(),
        }
    }

    /// The same with the limit that it breaks.
    #[must_use]
    pub fn at_most(mut self, limit: usize) -> Self {
        self.limit = Some(limit as u64);
        self
    }

    /// The same with one thing more that belongs to the code.
    #[must_use]
    pub fn having(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    /// A new password that is refused.
    pub fn password(field: &str, problem: PasswordProblem) -> Self {
        let code = match problem {
            PasswordProblem::TooShort => FaultCode::TooShort,
            PasswordProblem::TooLong => FaultCode::TooLong,
            PasswordProblem::Common => FaultCode::CommonPassword,
            PasswordProblem::SameAsEmail => FaultCode::SameAsEmail,
        };
        Self {
            limit: problem.limit().map(|limit| limit as u64),
            ..Self::new(field, code, problem.to_string())
        }
    }

    /// An address that is not called.
    pub fn address(field: &str, refused: RefusedAddress) -> Self {
        Self::new(field, FaultCode::AddressNotAllowed, refused.words).having("why", refused.why)
    }

    /// Caps of a budget that make no sense.
    pub fn caps(field: &str, problem: NotCaps) -> Self {
        let code = match problem {
            NotCaps::Neither => FaultCode::NoCap,
            NotCaps::SoftAboveHard => FaultCode::SoftAboveHard,
            NotCaps::Negative => FaultCode::Negative,
        };
        Self::new(field, code, problem.to_string())
    }

    /// A service that did not do what the field needs of it.
    pub fn service(field: &str, trouble: Trouble) -> Self {
        let mut error = Self::new(field, FaultCode::ServiceFailed, trouble.words);
        if let Some(kind) = trouble.kind {
            error = error.having("kind", kind);
        }
        if let Some(said) = trouble.said {
            error = error.having("said", said);
        }
        error
    }
}
