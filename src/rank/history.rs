//! What the user's choices say of a judge: did it put first what the user then kept?

use quorum_domain::ids::{ResponseId, ServiceId};

use crate::{Field, TrackRecord, Vote, order::tiers};

/// One choice is one pair, however many answers there were: the share of the others that the judge
/// put below what was kept. Where the judge's own answer was kept the choice counts half. Nothing
/// is learned where the ballot did not have the answer that was kept.
pub fn record_of_selection(field: &Field, judge: ServiceId, vote: &Vote, kept: ResponseId) -> TrackRecord {
    let none = TrackRecord::default();
    let Some(group) = field.group_of(kept) else {
        return none;
    };
    let tiers = tiers(field, vote);
    let Some(own) = tiers[group] else {
        return none;
    };
    let others: Vec<f64> = (0..tiers.len())
        .filter(|other| *other != group)
        .filter_map(|other| tiers[other])
        .collect();
    if others.is_empty() {
        return none;
    }
    let beaten = others.iter().map(|other| match other - own {
        apart if apart.abs() < 1e-9 => 0.5,
        apart if apart > 0.0 => 1.0,
        _ => 0.0,
    });
    let pairs = if field.wrote(judge, group) { 0.5 } else { 1.0 };
    TrackRecord {
        right: pairs * beaten.sum::<f64>() / others.len() as f64,
        pairs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{contestants, field_of, vote};

    #[test]
    fn a_judge_earns_trust_by_putting_first_what_is_kept() {
        let all = contestants(&["alpha one", "beta two", "gamma three"]);
        let field = field_of(&all);
        let ballot = vote(&[&[&all[0]], &[&all[1]], &[&all[2]]]);
        let stranger = ServiceId::new();
        let right = |kept: usize| record_of_selection(&field, stranger, &ballot, all[kept].response_id).right;
        assert_eq!([right(0), right(1), right(2)], [1.0, 0.5, 0.0]);
        let own = record_of_selection(&field, all[0].service_id, &ballot, all[0].response_id);
        assert_eq!((own.right, own.pairs), (0.5, 0.5));
        let unknown = record_of_selection(&field, stranger, &ballot, ResponseId::new());
        assert_eq!(unknown, TrackRecord::default());
    }
}
