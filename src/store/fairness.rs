//! Who goes first: the user with the fewest calls under way, and then who has waited longest.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use quorum_domain::ids::{ServiceId, UserId};
use uuid::Uuid;

/// Calls at once, over all workers.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// To one service.
    pub per_service: usize,
    /// For one user.
    pub per_user: usize,
}

impl Caps {
    /// One user's share of a service: always some places are left for others.
    const fn per_user_and_service(self) -> usize {
        let share = self.per_service - self.per_service / 4;
        if share == 0 { 1 } else { share }
    }
}

/// A due row.
#[derive(Debug, Clone, Copy)]
pub struct Waiting {
    pub row: Uuid,
    /// For whom it calls which service; `None` for work that calls nobody.
    pub call: Option<(UserId, ServiceId)>,
    /// Workers that died with it in hand.
    pub deaths: i64,
}

/// Rows in hand once a worker has died with them, at most. One of them may have killed it: the
/// next death is to fall on few, and the third on the guilty one alone.
const ONCE_BEREAVED: usize = 24;
const TWICE_BEREAVED: usize = 1;
/// A worker that has lived for this long takes twice as many, and again twice as many after each
/// further step: what killed its predecessors has most likely had its turn.
const TRUSTED_AFTER: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_secs(5);

/// Calls under way.
#[derive(Debug, Default)]
pub struct Running {
    by_user: HashMap<UserId, usize>,
    by_service: HashMap<ServiceId, usize>,
    by_both: HashMap<(UserId, ServiceId), usize>,
    /// In the hands of the worker that claims, by deaths: one, and more.
    bereaved: [usize; 2],
    /// How often what it may take is doubled.
    doublings: u32,
}

impl Running {
    /// Notes calls under way.
    pub fn add(&mut self, user: UserId, service: ServiceId, many: usize) {
        *self.by_user.entry(user).or_default() += many;
        *self.by_service.entry(service).or_default() += many;
        *self.by_both.entry((user, service)).or_default() += many;
    }

    /// Notes for how long the worker that claims has lived.
    pub fn set_up_for(&mut self, up_for: Duration) {
        let steps = up_for
            .checked_sub(TRUSTED_AFTER)
            .map_or(0, |more| 1 + more.as_secs() / STEP.as_secs());
        self.doublings = u32::try_from(steps).unwrap_or(u32::MAX).min(10);
    }

    /// Notes rows in the hands of the worker that claims.
    pub fn add_bereaved(&mut self, once: usize, more_often: usize) {
        self.bereaved[0] += once;
        self.bereaved[1] += more_often;
    }

    /// Takes a row in hand if its deaths allow it.
    fn admit(&mut self, deaths: i64) -> bool {
        let (group, most) = match deaths {
            0 => return true,
            1 => (0, ONCE_BEREAVED),
            _ => (1, TWICE_BEREAVED),
        };
        let admitted = self.bereaved[group] < most << self.doublings;
        self.bereaved[group] += usize::from(admitted);
        admitted
    }

    fn of(&self, user: UserId) -> usize {
        self.by_user.get(&user).copied().unwrap_or(0)
    }

    /// Whether one more call of a user to a service is within the caps.
    pub fn has_room(&self, user: UserId, service: ServiceId, caps: Caps) -> bool {
        self.of(user) < caps.per_user
            && self.by_service.get(&service).copied().unwrap_or(0) < caps.per_service
            && self.by_both.get(&(user, service)).copied().unwrap_or(0) < caps.per_user_and_service()
    }
}

/// Chooses at most `places` rows. Work that calls nobody goes first; of the rest, each place goes
/// to the user with the fewest calls under way, in whose turn the oldest row with room is taken.
pub fn choose_fairly(waiting: Vec<Waiting>, running: &mut Running, caps: Caps, places: usize) -> Vec<Uuid> {
    let mut chosen = Vec::with_capacity(places.min(waiting.len()));
    let mut users: Vec<(UserId, VecDeque<(Waiting, ServiceId)>)> = Vec::new();
    for row in waiting {
        match row.call {
            None if chosen.len() < places && running.admit(row.deaths) => chosen.push(row.row),
            None => {}
            Some((user, service)) => match users.iter_mut().find(|(known, _)| *known == user) {
                Some((_, rows)) => rows.push_back((row, service)),
                None => users.push((user, VecDeque::from([(row, service)]))),
            },
        }
    }
    while chosen.len() < places {
        // `min_by_key` keeps the first of equals, and users stand in the order of their oldest row.
        let Some(at) = (0..users.len()).min_by_key(|at| running.of(users[*at].0)) else {
            break;
        };
        let (user, rows) = &mut users[at];
        let user = *user;
        let fits = rows
            .iter()
            .position(|(row, service)| running.has_room(user, *service, caps) && running.admit(row.deaths));
        match fits.and_then(|place| rows.remove(place)) {
            Some((row, service)) => {
                running.add(user, service, 1);
                chosen.push(row.row);
            }
            None => {
                users.remove(at);
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPS: Caps = Caps {
        per_service: 8,
        per_user: 5,
    };

    fn rows(user: UserId, service: ServiceId, many: usize) -> Vec<Waiting> {
        (0..many)
            .map(|_| Waiting {
                row: Uuid::now_v7(),
                call: Some((user, service)),
                deaths: 0,
            })
            .collect()
    }

    #[test]
    fn one_question_behind_a_backlog_of_another_user_goes_second() {
        let (heavy, light, service) = (UserId::new(), UserId::new(), ServiceId::new());
        let mut waiting = rows(heavy, service, 20);
        let late = rows(light, service, 1);
        waiting.extend(late.iter().copied());
        let chosen = choose_fairly(waiting.clone(), &mut Running::default(), CAPS, 4);
        assert_eq!(chosen[..2], [waiting[0].row, late[0].row]);
    }

    #[test]
    fn no_cap_is_exceeded_whatever_waits() {
        let (user, other, service) = (UserId::new(), UserId::new(), ServiceId::new());
        let mut running = Running::default();
        running.add(user, service, 3);
        let mut waiting = rows(user, service, 20);
        waiting.extend(rows(other, service, 20));
        let chosen = choose_fairly(waiting, &mut running, CAPS, 50);
        assert_eq!(chosen.len(), 5);
        assert_eq!(running.by_service[&service], 8);
        assert!(running.of(user) <= 5 && running.of(other) <= 5);
    }

    #[test]
    fn a_service_that_is_full_does_not_hold_up_another() {
        let (user, full, free) = (UserId::new(), ServiceId::new(), ServiceId::new());
        let mut running = Running::default();
        running.add(UserId::new(), full, 8);
        let mut waiting = rows(user, full, 4);
        let elsewhere = rows(user, free, 1);
        waiting.extend(elsewhere.iter().copied());
        assert_eq!(choose_fairly(waiting, &mut running, CAPS, 4), [elsewhere[0].row]);
    }

    #[test]
    fn one_user_leaves_places_at_a_service_for_others() {
        let (user, service) = (UserId::new(), ServiceId::new());
        let caps = Caps {
            per_service: 8,
            per_user: 100,
        };
        assert_eq!(
            choose_fairly(rows(user, service, 20), &mut Running::default(), caps, 20).len(),
            6
        );
    }

    #[test]
    fn work_that_calls_nobody_waits_for_no_cap() {
        let title = Waiting {
            row: Uuid::now_v7(),
            call: None,
            deaths: 0,
        };
        let caps = Caps {
            per_service: 0,
            per_user: 0,
        };
        assert_eq!(
            choose_fairly(vec![title], &mut Running::default(), caps, 1),
            [title.row]
        );
    }

    #[test]
    fn what_workers_died_with_is_taken_in_small_groups_and_then_one_by_one() {
        let mut waiting = rows(UserId::new(), ServiceId::new(), 40);
        let caps = Caps {
            per_service: 100,
            per_user: 100,
        };
        waiting.iter_mut().for_each(|row| row.deaths = 1);
        assert_eq!(
            choose_fairly(waiting.clone(), &mut Running::default(), caps, 40).len(),
            24
        );
        waiting.iter_mut().for_each(|row| row.deaths = 2);
        assert_eq!(
            choose_fairly(waiting.clone(), &mut Running::default(), caps, 40).len(),
            1
        );
        let mut holding_one = Running::default();
        holding_one.add_bereaved(0, 1);
        assert!(choose_fairly(waiting.clone(), &mut holding_one, caps, 40).is_empty());
        let mut long_alive = Running::default();
        long_alive.set_up_for(Duration::from_secs(31));
        assert_eq!(choose_fairly(waiting, &mut long_alive, caps, 40).len(), 8);
    }
}
