//! Settings of the instance that an admin changes while it runs.
//!
//! A process starts with the values of its configuration; what an admin changed is stored and
//! holds on every process, over the configuration.

use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::{ContextMode, JudgingPolicy, access::RegistrationPolicy};

/// The smallest and the largest value of a setting that is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SettingRange {
    /// Name of the setting.
    pub name: &'static str,
    /// Smallest value.
    pub min: u32,
    /// Largest value.
    pub max: u32,
}

/// A setting outside its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be between {} and {}", .0.min, .0.max)]
pub struct OutOfRange(pub SettingRange);

macro_rules! settings {
    (
        choices { $($(#[$cmeta:meta])* $choice:ident: $type:ty),+ $(,)? }
        numbers { $($(#[$nmeta:meta])* $number:ident in $min:literal..=$max:literal),+ $(,)? }
    ) => {
        /// The settings in force.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        pub struct InstanceSettings { $($(#[$cmeta])* pub $choice: $type,)+ $($(#[$nmeta])* pub $number: u32,)+ }

        /// What an admin changed; what is not named stays as the process was started.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct InstanceSettingsPatch {
            $($(#[$cmeta])* #[serde(skip_serializing_if = "Option::is_none")] pub $choice: Option<$type>,)+
            $($(#[$nmeta])* #[serde(skip_serializing_if = "Option::is_none")] pub $number: Option<u32>,)+
        }

        impl InstanceSettings {
            /// The ranges of the numbers.
            pub const RANGES: &'static [SettingRange] = &[$(SettingRange { name: stringify!($number), min: $min, max: $max }),+];
        }

        impl InstanceSettingsPatch {
            /// These changes over the settings that a process was started with.
            pub fn over(&self, started: &InstanceSettings) -> InstanceSettings {
                InstanceSettings {
                    $($choice: self.$choice.unwrap_or(started.$choice),)+
                    $($number: self.$number.unwrap_or(started.$number),)+
                }
            }

            /// Takes later changes over these.
            pub fn take(&mut self, later: &Self) {
                $(self.$choice = later.$choice.or(self.$choice);)+
                $(self.$number = later.$number.or(self.$number);)+
            }

            /// Lets go of a change; false if there is no setting of that name.
            pub fn reset(&mut self, name: &str) -> bool {
                match name {
                    $(stringify!($choice) => self.$choice = None,)+
                    $(stringify!($number) => self.$number = None,)+
                    _ => return false,
                }
                true
            }

            /// Names of what is changed.
            pub fn changed(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$choice.is_some() { names.push(stringify!($choice)); })+
                $(if self.$number.is_some() { names.push(stringify!($number)); })+
                names
            }

            /// Checks the ranges.
            pub fn check(&self) -> Result<(), OutOfRange> {
                $(if self.$number.is_some_and(|value| !($min..=$max).contains(&value)) {
                    return Err(OutOfRange(SettingRange { name: stringify!($number), min: $min, max: $max }));
                })+
                Ok(())
            }
        }
    };
}

settings! {
    choices {
        /// Who may make an account.
        registration: RegistrationPolicy,
        /// How answers are ranked in a new conversation.
        judging_policy: JudgingPolicy,
        /// Who sees which earlier answers in a new conversation.
        context_mode: ContextMode,
    }
    numbers {
        /// Longest message in characters.
        message_chars in 100..=200_000,
        /// Longest title in characters.
        title_chars in 20..=200,
        /// Longest system prompt in characters.
        system_prompt_chars in 100..=100_000,
        /// Most services asked at once.
        services_per_message in 1..=16,
        /// Most images that come with a message; 0 takes none.
        images_per_message in 0..=16,
        /// Largest image in kilobytes.
        image_kilobytes in 16..=10_240,
        /// Megabytes of images that one user may keep.
        image_megabytes_per_user in 1..=1_000_000,
        /// Seconds until the first text of an answer.
        first_token_seconds in 1..=600,
        /// Seconds between two pieces of an answer.
        content_idle_seconds in 1..=600,
        /// Seconds that one call may take.
        total_seconds in 5..=3_600,
        /// Seconds from the asking until the last attempt must have begun.
        batch_seconds in 5..=3_600,
        /// Calls at once to one service, over all processes.
        calls_per_service in 1..=10_000,
        /// Calls at once for one user, over all processes.
        calls_per_user in 1..=10_000,
        /// Days after which a deleted conversation is erased for good; 0 keeps it.
        deleted_kept_days in 0..=3_650,
        /// Days for which an account that its user closed can still be kept; then it is erased.
        closed_account_days in 0..=90,
    }
}

impl Default for InstanceSettings {
    fn default() -> Self {
        Self {
            registration: RegistrationPolicy::Invite,
            judging_policy: JudgingPolicy::Cascade,
            context_mode: ContextMode::Shared,
            message_chars: 8_000,
            title_chars: 200,
            system_prompt_chars: 8_000,
            services_per_message: 8,
            images_per_message: 4,
            image_kilobytes: 3_584,
            image_megabytes_per_user: 500,
            first_token_seconds: 60,
            content_idle_seconds: 30,
            total_seconds: 300,
            batch_seconds: 330,
            calls_per_service: 384,
            calls_per_user: 384,
            deleted_kept_days: 30,
            closed_account_days: 7,
        }
    }
}

/// The settings in force in this process; every clone shows the same.
#[derive(Debug, Clone, Default)]
pub struct LiveSettings(Arc<RwLock<Arc<InstanceSettings>>>);

impl LiveSettings {
    /// Settings that begin like this.
    pub fn starting_with(settings: InstanceSettings) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(settings))))
    }

    /// The settings as they are now.
    pub fn now(&self) -> Arc<InstanceSettings> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts others in force.
    pub fn set(&self, settings: InstanceSettings) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_holds_until_it_is_let_go() {
        let started = InstanceSettings::default();
        let mut changes = InstanceSettingsPatch {
            message_chars: Some(500),
            ..Default::default()
        };
        changes.take(&InstanceSettingsPatch {
            context_mode: Some(ContextMode::OwnThread),
            ..Default::default()
        });
        assert_eq!(changes.changed(), ["context_mode", "message_chars"]);
        let now = changes.over(&started);
        assert_eq!(
            (now.message_chars, now.context_mode, now.title_chars),
            (500, ContextMode::OwnThread, 200)
        );
        assert!(changes.reset("message_chars") && !changes.reset("nothing"));
        assert_eq!(changes.over(&started).message_chars, started.message_chars);
    }

    #[test]
    fn numbers_have_their_range() {
        let changes = InstanceSettingsPatch {
            services_per_message: Some(0),
            ..Default::default()
        };
        assert_eq!(changes.check().unwrap_err().to_string(), "must be between 1 and 16");
    }
}
