//! Rule 8: the time, to the second.

use authctl::auth::time::Span;

use crate::bench::{Bench, HEADER, NOW, signed, token};

/// With these claims besides `sub`, this leeway in seconds, and the clock `offset` seconds from [`NOW`].
#[track_caller]
fn case(claims: &str, leeway: u64, offset: i64, expected: &str) {
    let token = signed(HEADER, format!(r#"{{"sub":"johndoe",{claims}}}"#));
    let bench = Bench::default()
        .demand(|requirements| requirements.leeway = Span::seconds(leeway))
        .at(NOW.saturating_add_signed(offset));
    assert_eq!(bench.answer(&token), expected, "{claims} leeway {leeway}, clock at {offset}");
}

#[test]
fn a_token_is_refused_from_the_second_it_expires() {
    let exp = format!("\"exp\":{NOW}");
    case(&exp, 0, -1, "good");
    case(&exp, 0, 0, "expired");
    case(&exp, 0, 1, "expired");
    case(&format!("\"exp\":{NOW}.999"), 0, -1, "good");
    case(&format!("\"exp\":{NOW}.999"), 0, 0, "expired");
}

#[test]
fn a_token_is_refused_from_the_second_it_expires_whatever_the_millisecond() {
    let token = signed(HEADER, format!(r#"{{"sub":"johndoe","exp":{NOW}}}"#));
    for (milliseconds, expected) in
        [(-1000, "good"), (-1, "good"), (0, "expired"), (1, "expired"), (999, "expired")]
    {
        let moment = (NOW * 1000).saturating_add_signed(milliseconds);
        let now = authctl::auth::time::Timestamp::from_milliseconds(moment).unwrap();
        assert_eq!(Bench { now, ..Bench::default() }.answer(&token), expected, "{milliseconds}");
    }
}

#[test]
fn the_leeway_is_for_after_the_expiry_to_the_second() {
    let exp = format!("\"exp\":{NOW}");
    case(&exp, 30, 29, "good");
    case(&exp, 30, 30, "expired");
    case(&exp, 300, 299, "good");
    case(&exp, 300, 300, "expired");
}

#[test]
fn a_token_is_good_from_its_nbf_on() {
    let nbf = format!("\"exp\":{},\"nbf\":{NOW}", NOW + 1000);
    case(&nbf, 0, -1, "not_yet_valid");
    case(&nbf, 0, 0, "good");
    case(&nbf, 30, -30, "good");
    case(&nbf, 30, -31, "not_yet_valid");
    let fraction = format!("\"exp\":{},\"nbf\":{NOW}.001", NOW + 1000);
    case(&fraction, 0, 0, "not_yet_valid");
    case(&fraction, 0, 1, "good");
}

#[test]
fn a_token_may_be_issued_a_minute_ahead() {
    let iat = format!("\"exp\":{},\"iat\":{NOW}", NOW + 1000);
    case(&iat, 0, -60, "good");
    case(&iat, 0, -61, "not_yet_valid");
    case(&iat, 30, -60, "good");
    case(&iat, 30, -61, "not_yet_valid");
    case(&iat, 90, -90, "good");
    case(&iat, 90, -91, "not_yet_valid");
}

#[test]
fn a_token_without_iat_or_nbf_is_judged_by_its_expiry_alone() {
    case(&format!("\"exp\":{}", NOW + 1), 0, -1_000_000_000, "good");
}

#[test]
fn nothing_overflows_at_either_end_of_time() {
    let last: u64 = 253_402_300_799;
    let to = |seconds: u64| i64::try_from(seconds).unwrap() - i64::try_from(NOW).unwrap();
    case(&format!("\"exp\":{last}"), 0, to(last - 1), "good");
    case(&format!("\"exp\":{last}"), 0, to(last), "expired");
    case(&format!("\"exp\":{last}"), 300, to(last), "good");
    case("\"exp\":0", 300, to(0), "good");
    case("\"exp\":0", 0, to(0), "expired");
    case(&format!("\"exp\":{last},\"nbf\":{last},\"iat\":{last}"), 300, to(0), "not_yet_valid");
}

#[test]
fn a_token_can_be_asked_to_be_good_for_a_while() {
    let token = signed(HEADER, format!(r#"{{"sub":"johndoe","exp":{}}}"#, NOW + 600));
    let bench = |min_ttl, offset| {
        Bench::default().demand(|requirements| requirements.min_ttl = Span::seconds(min_ttl)).at(NOW + offset)
    };
    for (min_ttl, offset, expected) in [
        (0, 599, "good"),
        (599, 0, "good"),
        (600, 0, "expires_soon"),
        (601, 0, "expires_soon"),
        (60, 539, "good"),
        (60, 540, "expires_soon"),
        (60, 600, "expired"),
    ] {
        assert_eq!(bench(min_ttl, offset).answer(&token), expected, "{min_ttl} at {offset}");
    }
    // Leeway adds nothing: an expired token is good for no while.
    let lenient =
        |min_ttl, offset| bench(min_ttl, offset).demand(|demands| demands.leeway = Span::seconds(60));
    for (min_ttl, offset, expected) in [
        (0, 610, "good"),
        (1, 599, "expires_soon"),
        (1, 598, "good"),
        (49, 610, "expired"),
        (1, 600, "expired"),
        (600, 0, "expires_soon"),
        (0, 660, "expired"),
    ] {
        assert_eq!(lenient(min_ttl, offset).answer(&token), expected, "{min_ttl} at {offset}");
    }
    insta::assert_snapshot!(bench(3600, 0).words(&token), @"token expires in 10 minutes, at 2026-11-21T21:10:00Z, and at least 1 hour was asked for");
}

#[test]
fn a_leeway_of_more_than_five_minutes_counts_as_five() {
    let exp = format!(r#""exp":{NOW}"#);
    for leeway in [300, 301, 3600, u64::MAX] {
        case(&exp, leeway, 299, "good");
        case(&exp, leeway, 300, "expired");
        case(&format!(r#""exp":{},"nbf":{}"#, NOW + 9000, NOW + 301), leeway, 0, "not_yet_valid");
    }
    let bench = Bench::default().demand(|requirements| requirements.min_ttl = Span::hours(u64::MAX));
    assert_eq!(bench.answer(&token("")), "expires_soon");
}

#[test]
fn the_words_tell_the_time_both_ways() {
    let words = |claims: &str, offset: u64| {
        Bench::default().at(NOW + offset).words(&signed(HEADER, format!(r#"{{"sub":"johndoe",{claims}}}"#)))
    };
    let exp = format!("\"exp\":{NOW}");
    insta::assert_snapshot!(words(&exp, 0), @"token expired 0 seconds ago, at 2026-11-21T21:00:00Z");
    insta::assert_snapshot!(words(&exp, 1), @"token expired 1 second ago, at 2026-11-21T21:00:00Z");
    insta::assert_snapshot!(words(&exp, 180), @"token expired 3 minutes ago, at 2026-11-21T21:00:00Z");
    insta::assert_snapshot!(words(&exp, 90_000), @"token expired 1 day 1 hour ago, at 2026-11-21T21:00:00Z");
    insta::assert_snapshot!(words(&format!("\"exp\":{},\"nbf\":{}", NOW + 9000, NOW + 180), 0), @"token is valid only in 3 minutes, from 2026-11-21T21:03:00Z");
    insta::assert_snapshot!(words(&format!("\"exp\":{},\"iat\":{}", NOW + 9000, NOW + 61), 0), @"token was issued in the future, 1 minute 1 second ahead, at 2026-11-21T21:01:01Z");
    // The later of the two moments decides.
    let both = |nbf: u64, iat: u64| {
        words(&format!("\"exp\":{},\"nbf\":{},\"iat\":{}", NOW + 9000, NOW + nbf, NOW + iat), 0)
    };
    insta::assert_snapshot!(both(180, 120), @"token is valid only in 3 minutes, from 2026-11-21T21:03:00Z");
    insta::assert_snapshot!(both(120, 120), @"token is valid only in 2 minutes, from 2026-11-21T21:02:00Z");
    insta::assert_snapshot!(both(120, 180), @"token was issued in the future, 3 minutes ahead, at 2026-11-21T21:03:00Z");
}
