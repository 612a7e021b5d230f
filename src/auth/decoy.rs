//! The decoy: the hash that gives an unknown username its cost.

use sha2::{Digest, Sha256};

use super::password::{DummyHash, PasswordHash};

/// Picks one user of a store for a name by rendezvous hashing: each user has a weight for the name, and the heaviest wins.
///
/// The weight is a hash of the name, keyed by the user's own password hash. So it cannot be foreseen without the store, a
/// rotated signing key changes nothing, and a user who is added or removed moves only the names that go to that user or
/// come from there. Names spread evenly over users, and so over kinds and parameters of hashes as users do.
#[derive(Clone, Debug)]
pub struct Decoy<'n> {
    name: &'n str,
    heaviest: Option<(u64, DummyHash)>,
}

impl<'n> Decoy<'n> {
    /// Starts without any user.
    #[must_use]
    pub const fn of(name: &'n str) -> Self {
        Self { name, heaviest: None }
    }

    /// Takes the user with this hash into account. An unusable hash has no cost to borrow.
    pub fn offer(&mut self, hash: &PasswordHash) {
        self.offer_text(hash.expose());
    }

    /// As [`offer`](Self::offer), with the text of a hash. Only the heaviest so far is read.
    pub(crate) fn offer_text(&mut self, text: &str) {
        let mut hash = Sha256::new_with_prefix(b"authctl decoy 3");
        for part in [text, self.name] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let digest: [u8; 32] = hash.finalize().into();
        let weight = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        if self.heaviest.is_none_or(|(heaviest, _)| weight > heaviest)
            && let Some(dummy) = DummyHash::of(text)
        {
            self.heaviest = Some((weight, dummy));
        }
    }

    /// The work of verifying the hash of the user picked; `None` if no user has a usable hash.
    #[must_use]
    pub fn hash(&self) -> Option<DummyHash> {
        self.heaviest.map(|(_, hash)| hash)
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoy, PasswordHash};
    use crate::auth::password::{HashParams, Password, hash};

    fn memory(decoy: &Decoy<'_>) -> u32 {
        decoy.hash().unwrap().cost().params().unwrap().memory_kib
    }

    fn hashes(count: u32) -> Vec<String> {
        let params = |index| HashParams { memory_kib: 8 + index, iterations: 1, parallelism: 1 };
        (0..count).map(|index| hash(&Password::from(b"x".to_vec()), params(index)).unwrap()).collect()
    }

    /// The user picked for each of 4,000 names, told by the memory of their hash.
    fn picks(hashes: &[String]) -> Vec<u32> {
        let pick = |name: &String| {
            let mut decoy = Decoy::of(name);
            for phc in hashes {
                decoy.offer(&PasswordHash::parse(phc));
            }
            memory(&decoy)
        };
        (0..4000).map(|number| format!("nobody{number}")).map(|name| pick(&name)).collect()
    }

    #[test]
    fn names_spread_over_users_evenly() {
        let picks = picks(&hashes(4));
        for user in 8..12 {
            let names = picks.iter().filter(|pick| **pick == user).count();
            // Four standard deviations around 1,000.
            assert!((890..=1110).contains(&names), "{names}");
        }
    }

    #[test]
    fn one_user_more_moves_only_names_that_go_to_that_user() {
        let hashes = hashes(5);
        let (before, after) = (picks(&hashes[..4]), picks(&hashes));
        let moved: Vec<_> = before.iter().zip(&after).filter(|(before, after)| before != after).collect();
        assert!(moved.iter().all(|(_, after)| **after == 12));
        assert!((680..=920).contains(&moved.len()), "{}", moved.len());
    }

    #[test]
    fn a_pick_depends_on_the_order_of_users_as_little_as_on_how_a_hash_is_read() {
        let mut hashes = hashes(7);
        let before = picks(&hashes);
        hashes.reverse();
        assert_eq!(picks(&hashes), before);
        let mut decoy = Decoy::of("nobody0");
        for phc in &hashes {
            decoy.offer_text(phc);
        }
        assert_eq!(memory(&decoy), before[0]);
        decoy.offer_text("!");
        decoy.offer(&PasswordHash::parse("$2b$12$abc"));
        assert_eq!(memory(&decoy), before[0]);
        assert_eq!(Decoy::of("nobody0").hash(), None);
    }

    #[test]
    fn a_new_password_changes_the_picks_of_that_user_alone() {
        let mut hashes = hashes(4);
        let before = picks(&hashes);
        let old = HashParams { memory_kib: 11, iterations: 1, parallelism: 1 };
        hashes[3] = hash(&Password::from(b"y".to_vec()), old).unwrap();
        let after = picks(&hashes);
        assert_ne!(before, after, "the key is the user's own hash");
        assert!(
            before.iter().zip(&after).all(|(before, after)| before == after || *before == 11 || *after == 11)
        );
    }
}
