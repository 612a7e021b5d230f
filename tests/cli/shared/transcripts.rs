//! The transcripts of users in a file run a second time with the users in a database: the answers are the same.

use std::process::Command;

use crate::database::VARIABLE;
use crate::server::Server;

/// The modules and tests that do not run a second time, and why, or what they are about.
#[rustfmt::skip]
const APART: &[(&str, &str)] = &[
    ("bench", "it is about the tests themselves"),
    ("core_dump", "it is about the process"),
    ("decode", "it asks for no users"),
    ("hash_peers", "it asks for no users"),
    ("help", "it asks for no users"),
    ("key_forms", "it is about the key file"),
    ("key_peers", "it is about the key file"),
    ("key_sets", "it is about the key file"),
    ("man", "it asks for no users"),
    ("memory", "it is about the memory that a users file takes"),
    ("peers", "it is about what other programs say of tokens"),
    ("set_peers", "it is about the key file"),
    ("shared", "its databases are its own"),
    ("windows", "it is about files"),
    // Hundreds of runs each, of which others of their kind run a second time.
    ("attacks::an_argument_keeps_its_newline_and_is_refused_for_it", "`in_one_stream_the_verdicts_are_the_same`"),
    ("attacks::every_attack_gets_the_answer_of_the_contract", "`in_one_stream_the_verdicts_are_the_same`"),
    ("hash_password::the_known_answers_of_the_reference_implementation_are_ours", "it asks for no users"),
    ("hostile::what_a_token_says_moves_no_cursor", "`what_a_store_says_moves_no_cursor`"),
    ("input::input_that_means_harm_gets_a_short_answer", "it asks for no users"),
    ("revoke::a_hundred_thousand_revoked_tokens_are_known_each", "a database is asked for one of them"),
    ("shells", "`completions`"),
    // What a file has and a database has not.
    ("doctor::hashes_that_others_can_read_are_found_and_mended", "they are not in the file"),
    ("files::a_full_disk_leaves_the_old_content", "the disk of the file"),
    ("files::a_process_that_is_killed_leaves_the_old_content_or_the_new", "the file that is left"),
    ("files::a_read_only_folder_leaves_the_old_content", "the folder of the file"),
    ("files::a_symlink_stays_one_and_mode_and_owner_stay", "the properties of the file"),
    ("init::the_store_that_is_made_explains_itself", "comments about the file"),
    ("init::what_is_made_is_the_owners_alone", "the permissions of the file"),
    ("permissions::a_file_that_is_a_mount_point_is_said_to_be_one", "the place of the file"),
    ("permissions::a_file_whose_owner_cannot_stay_is_left_as_it_is", "the properties of the file"),
    ("rehash::a_store_that_cannot_be_changed_does_not_fail_the_login", "the layout of the file"),
    ("watching::an_edit_in_place_of_equal_length_with_its_time_put_back_counts", "the time of the file"),
    // What is said of a database besides, or not: its role may more than verifying takes; `AUTHCTL_HOME` does not move it.
    ("doctor::a_scope_claim_without_scope_harms_nothing_where_the_key_only_verifies", "the rights of the role"),
    ("doctor::keys_that_are_all_retired_are_found_and_mended", "the rights of the role"),
    ("init::kept::where_nothing_is_left_to_make_the_answer_is_no", "the hint at another place"),
];

/// This program, run again.
fn tests() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(VARIABLE, "postgres").env("INSTA_UPDATE", "no").env_remove("INSTA_FORCE_PASS");
    command
}

fn is_in(name: &str, path: &str) -> bool {
    name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn transcripts_are_the_same_on_a_database() {
    if Server::shared().is_none() {
        return;
    }
    let listed = tests().args(["--list", "--format", "terse"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names: Vec<&str> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    for (path, _) in APART {
        let is_known = names.iter().any(|name| is_in(name, path));
        assert!(is_known || !cfg!(target_os = "linux"), "no test is named `{path}`");
    }
    let names: Vec<&str> =
        names.into_iter().filter(|name| !APART.iter().any(|(path, _)| is_in(name, path))).collect();
    let output = tests().arg("--exact").args(&names).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let passed = format!("test result: ok. {} passed;", names.len());
    let is_passed = output.status.success() && !names.is_empty() && text.contains(&passed);
    assert!(is_passed, "{text}{}", String::from_utf8_lossy(&output.stderr));
}
