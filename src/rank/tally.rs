//! Weighted Bradley-Terry by maximum a posteriori (Bradley and Terry 1952; the minorisation of
//! Hunter 2004), with intervals from the curvature at the maximum.

/// One comparison: how much it counts, and how much of it the first one won (1, 0.5 or 0).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The first.
    pub first: usize,
    /// The second.
    pub second: usize,
    /// 1 if the first is better, 0 if the second is, 0.5 for a tie.
    pub won: f64,
    /// What it counts; zero is as if it were not there.
    pub weight: f64,
}

/// Where one contestant stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Logarithm of its strength.
    pub theta: f64,
    /// 0 to 10: ten times the mean probability of being preferred to another.
    pub score: f64,
    /// Lower end of the 80 % interval.
    pub low: f64,
    /// Upper end of the 80 % interval.
    pub high: f64,
}

/// Wins that every pair is given each way beforehand, so that one ballot never makes certainty.
const PRIOR_WINS: f64 = 0.5;
/// Two-sided 80 % of the normal distribution.
const Z_80: f64 = 1.281_551_565_5;

/// The probability that one of strength `theta` is preferred to another of strength `other`.
pub fn preferred(theta: f64, other: f64) -> f64 {
    1.0 / (1.0 + (other - theta).exp())
}

/// The standings of `count` contestants; one alone stands at 5.
pub fn tally(count: usize, comparisons: &[Comparison]) -> Vec<Standing> {
    let (wins, games) = counts(count, comparisons);
    let theta = strengths(&wins, &games);
    let covariance = covariance(&theta, &games);
    (0..count).map(|at| standing(at, &theta, &covariance)).collect()
}

fn counts(count: usize, comparisons: &[Comparison]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut games = vec![vec![0.0; count]; count];
    let mut wins = vec![0.0; count];
    for (a, row) in games.iter_mut().enumerate() {
        for (b, played) in row.iter_mut().enumerate() {
            if a != b {
                *played = 2.0 * PRIOR_WINS;
                wins[a] += PRIOR_WINS;
            }
        }
    }
    for comparison in comparisons {
        let (a, b) = (comparison.first, comparison.second);
        games[a][b] += comparison.weight;
        games[b][a] += comparison.weight;
        wins[a] += comparison.weight * comparison.won;
        wins[b] += comparison.weight * (1.0 - comparison.won);
    }
    (wins, games)
}

fn strengths(wins: &[f64], games: &[Vec<f64>]) -> Vec<f64> {
    const ROUNDS: usize = 100_000;
    let count = wins.len();
    let mut strength = vec![1.0_f64; count];
    for _ in 0..ROUNDS {
        let mut next: Vec<f64> = (0..count)
            .map(|a| {
                let weight: f64 = (0..count)
                    .filter(|b| *b != a)
                    .map(|b| games[a][b] / (strength[a] + strength[b]))
                    .sum();
                if weight > 0.0 { wins[a] / weight } else { 1.0 }
            })
            .collect();
        let mean = (next.iter().map(|s| s.ln()).sum::<f64>() / count.max(1) as f64).exp();
        next.iter_mut().for_each(|s| *s /= mean);
        let moved = next
            .iter()
            .zip(&strength)
            .map(|(new, old)| (new.ln() - old.ln()).abs())
            .fold(0.0, f64::max);
        strength = next;
        if moved < 1e-12 {
            break;
        }
    }
    strength.into_iter().map(f64::ln).collect()
}

/// Inverse of the information matrix, with the free constant pinned by adding the matrix of ones.
fn covariance(theta: &[f64], games: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let count = theta.len();
    let mut information = vec![vec![1.0 / count.max(1) as f64; count]; count];
    for a in 0..count {
        for b in 0..count {
            if a != b {
                let p = preferred(theta[a], theta[b]);
                let curvature = games[a][b] * p * (1.0 - p);
                information[a][a] += curvature;
                information[a][b] -= curvature;
            }
        }
    }
    inverse(information)
}

/// Gauss-Jordan with partial pivoting; the matrices here are small and positive definite.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let count = matrix.len();
    let mut inverse: Vec<Vec<f64>> = (0..count)
        .map(|a| (0..count).map(|b| f64::from(u8::from(a == b))).collect())
        .collect();
    for column in 0..count {
        let pivot = (column..count)
            .max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))
            .unwrap_or(column);
        matrix.swap(column, pivot);
        inverse.swap(column, pivot);
        let scale = matrix[column][column];
        for at in 0..count {
            matrix[column][at] /= scale;
            inverse[column][at] /= scale;
        }
        for row in (0..count).filter(|row| *row != column) {
            let factor = matrix[row][column];
            for at in 0..count {
                matrix[row][at] -= factor * matrix[column][at];
                inverse[row][at] -= factor * inverse[column][at];
            }
        }
    }
    inverse
}

fn standing(at: usize, theta: &[f64], covariance: &[Vec<f64>]) -> Standing {
    let count = theta.len();
    if count < 2 {
        return Standing {
            theta: 0.0,
            score: 5.0,
            low: 5.0,
            high: 5.0,
        };
    }
    let others = (count - 1) as f64;
    let mut gradient = vec![0.0; count];
    let mut score = 0.0;
    for other in (0..count).filter(|other| *other != at) {
        let p = preferred(theta[at], theta[other]);
        score += 10.0 * p / others;
        let slope = 10.0 * p * (1.0 - p) / others;
        gradient[at] += slope;
        gradient[other] -= slope;
    }
    let variance: f64 = (0..count)
        .flat_map(|a| (0..count).map(move |b| (a, b)))
        .map(|(a, b)| gradient[a] * covariance[a][b] * gradient[b])
        .sum();
    // Pairs of one ballot are not independent: half as many count as there are contestants.
    let half = Z_80 * (variance.max(0.0) * count as f64 / 2.0).sqrt();
    Standing {
        theta: theta[at],
        score,
        low: (score - half).max(0.0),
        high: (score + half).min(10.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn beats(first: usize, second: usize) -> Comparison {
        Comparison {
            first,
            second,
            won: 1.0,
            weight: 1.0,
        }
    }

    fn any_comparisons(count: usize) -> impl Strategy<Value = Vec<Comparison>> {
        let one = (
            0..count,
            1..count,
            prop_oneof![Just(0.0), Just(0.5), Just(1.0)],
            0.0_f64..2.0,
        )
            .prop_map(move |(first, step, won, weight)| Comparison {
                first,
                second: (first + step) % count,
                won,
                weight,
            });
        proptest::collection::vec(one, 0..12)
    }

    #[test]
    fn two_contestants_follow_the_closed_form() {
        let standings = tally(2, &[beats(0, 1), beats(0, 1), beats(1, 0)]);
        // 2.5 of 4 games, the prior included.
        assert!((standings[0].score - 6.25).abs() < 1e-9, "{standings:?}");
    }

    #[test]
    fn more_ballots_make_a_narrower_interval() {
        let once = tally(3, &[beats(0, 1), beats(1, 2), beats(0, 2)])[0];
        let many: Vec<Comparison> = (0..8).flat_map(|_| [beats(0, 1), beats(1, 2), beats(0, 2)]).collect();
        let often = tally(3, &many)[0];
        assert!(often.high - often.low < once.high - once.low && often.score > once.score);
    }

    proptest! {
        #[test]
        fn scores_average_to_five(comparisons in any_comparisons(5)) {
            let mean = tally(5, &comparisons).iter().map(|standing| standing.score).sum::<f64>() / 5.0;
            prop_assert!((mean - 5.0).abs() < 1e-9);
        }

        #[test]
        fn the_order_of_ballots_does_not_matter(comparisons in any_comparisons(4)) {
            let mut reversed = comparisons.clone();
            reversed.reverse();
            for (a, b) in tally(4, &comparisons).iter().zip(tally(4, &reversed)) {
                prop_assert!((a.theta - b.theta).abs() < 1e-8);
            }
        }

        #[test]
        fn names_do_not_matter(comparisons in any_comparisons(4)) {
            let renamed: Vec<Comparison> = comparisons.iter().map(|c| Comparison { first: 3 - c.first, second: 3 - c.second, ..*c }).collect();
            let (plain, mirrored) = (tally(4, &comparisons), tally(4, &renamed));
            for at in 0..4 {
                prop_assert!((plain[at].theta - mirrored[3 - at].theta).abs() < 1e-8);
            }
        }

        #[test]
        fn reversing_every_ballot_mirrors_the_scores(comparisons in any_comparisons(4)) {
            let reversed: Vec<Comparison> = comparisons.iter().map(|c| Comparison { won: 1.0 - c.won, ..*c }).collect();
            for (a, b) in tally(4, &comparisons).iter().zip(tally(4, &reversed)) {
                prop_assert!((a.score + b.score - 10.0).abs() < 1e-6);
            }
        }

        #[test]
        fn a_ballot_of_weight_zero_is_as_if_absent(comparisons in any_comparisons(4), first in 0_usize..4, step in 1_usize..4) {
            let mut more = comparisons.clone();
            more.push(Comparison { first, second: (first + step) % 4, won: 1.0, weight: 0.0 });
            prop_assert_eq!(tally(4, &comparisons), tally(4, &more));
        }

        #[test]
        fn one_more_win_never_lowers_a_score(comparisons in any_comparisons(4), first in 0_usize..4, step in 1_usize..4) {
            let mut more = comparisons.clone();
            more.push(beats(first, (first + step) % 4));
            prop_assert!(tally(4, &more)[first].score >= tally(4, &comparisons)[first].score - 1e-9);
        }

        #[test]
        fn what_all_prefer_stands_first(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(), ballots in 1_usize..4) {
            let one: Vec<Comparison> = (0..4).flat_map(|a| (a + 1..4).map(move |b| (a, b))).map(|(a, b)| beats(order[a], order[b])).collect();
            let all: Vec<Comparison> = (0..ballots).flat_map(|_| one.clone()).collect();
            let standings = tally(4, &all);
            for pair in order.windows(2) {
                prop_assert!(standings[pair[0]].score > standings[pair[1]].score);
            }
        }
    }
}
