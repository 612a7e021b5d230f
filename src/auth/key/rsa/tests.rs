use super::{KeyFault, RsaKey, bit_length, has_roca_mark, is_prime, minimal, remainder};

/// 2^2047 + `low`, which has no small factor for some `low`.
fn modulus(low: u16) -> Vec<u8> {
    let mut number = vec![0; 256];
    number[0] = 0x80;
    number[254..].copy_from_slice(&low.to_be_bytes());
    number
}

fn sound_modulus() -> Vec<u8> {
    let sound =
        |number: &Vec<u8>| (2..168).filter(|n| is_prime(*n)).all(|prime| remainder(number, prime) != 0);
    (1..=u16::MAX).map(modulus).find(sound).unwrap()
}

fn case(modulus: &[u8], exponent: &[u8]) -> Result<(), KeyFault> {
    RsaKey::new(modulus, exponent, None).map(|_| ())
}

const E: [u8; 3] = [1, 0, 1];

#[test]
fn a_modulus_has_2048_to_8192_bits() {
    let sound = sound_modulus();
    assert_eq!(case(&sound, &E), Ok(()));
    assert_eq!(case(&sound[1..], &E), Err(KeyFault::RsaSize { bits: bit_length(minimal(&sound[1..])) }));
    let mut shorter = sound.clone();
    shorter[0] = 0x7f;
    assert_eq!(case(&shorter, &E), Err(KeyFault::RsaSize { bits: 2047 }));
    let mut longest = [0xff; 1025];
    longest[0] = 1;
    assert_eq!(case(&longest, &E), Err(KeyFault::RsaSize { bits: 8193 }));
    assert_eq!(case(&[], &E), Err(KeyFault::RsaSize { bits: 0 }));
}

#[test]
fn an_exponent_is_odd_and_from_65537_to_33_bits() {
    let sound = sound_modulus();
    assert_eq!(case(&sound, &[1, 0xff, 0xff, 0xff, 0xff]), Ok(()));
    let small = Err(KeyFault::Unsound("the RSA exponent is even or below 65537"));
    for exponent in [&[][..], &[0], &[1], &[3], &[17], &[0xff, 0xff], &[1, 0, 0], &[1, 0, 2]] {
        assert_eq!(case(&sound, exponent), small, "{exponent:?}");
    }
    for exponent in [&[2, 0, 0, 0, 1][..], &[2, 0, 0, 0, 0], &[1; 9], &[1, 0, 0, 0, 0, 0, 1, 0, 1]] {
        assert_eq!(case(&sound, exponent), Err(KeyFault::Unsound("the RSA exponent is too large")));
    }
}

#[test]
fn a_modulus_has_no_small_factor() {
    let small = Err(KeyFault::Unsound("the RSA modulus has a small factor"));
    for prime in [2, 3, 167] {
        let low = (1..=u16::MAX).find(|low| remainder(&modulus(*low), prime) == 0).unwrap();
        assert_eq!(case(&modulus(low), &E), small, "{prime}");
    }
}

#[test]
fn small_factors_are_sought_among_the_first_39_primes() {
    let primes: Vec<u32> = (2..=167).filter(|number| is_prime(*number)).collect();
    assert_eq!(primes[..10], [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    assert_eq!((primes.len(), primes.last()), (39, Some(&167)));
}

#[test]
fn a_modulus_without_the_marks_of_roca() {
    assert!(!has_roca_mark(&sound_modulus()));
    // A power of 65537 has the mark by definition: 65537^128 has 2049 bits.
    let mut power = vec![1_u8];
    for _ in 0..128 {
        let shifted: Vec<u8> = power.iter().copied().chain([0, 0]).collect();
        let mut carry = 0;
        let padded = std::iter::repeat_n(0, shifted.len() - power.len()).chain(power.iter().copied());
        let sums: Vec<(u8, u8)> = shifted.iter().copied().zip(padded).collect();
        power = sums
            .iter()
            .rev()
            .map(|(a, b)| {
                let sum = u16::from(*a) + u16::from(*b) + carry;
                carry = sum >> 8;
                sum.to_le_bytes()[0]
            })
            .collect();
        if carry > 0 {
            power.push(1);
        }
        power.reverse();
    }
    assert!(has_roca_mark(&power));
    assert_eq!(
        case(&power, &E),
        Err(KeyFault::Unsound("the RSA key has the ROCA weakness (CVE-2017-15361)"))
    );
}
