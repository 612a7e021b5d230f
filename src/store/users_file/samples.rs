//! Random users files for tests: valid ones, and slightly broken ones.

/// xorshift64*: the same numbers in every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % bound
    }

    pub(super) fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const HASHES: [&str; 6] = [
    "\"$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS\"",
    "\"$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc\"",
    "'$argon2id$v=19$m=19456,t=2,p=1$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc'",
    "\"$argon2id$v=19$m=19456,t=2,p=1$wagCPXjifgvUFBzq4hqe3w$CYaI\"",
    "\"!\"",
    "\"\\u0021\"",
];

/// A valid store of the usual shape.
pub(super) fn usual(random: &mut Random) -> String {
    let mut text = random.one_of(&["", "\u{feff}", "# é\n\n", "\n  \n"]).to_owned();
    let mut tables = vec![
        "[tokens]\nissuer = \"i\" # x\nlifetime = \"1h\"\nscope_claim = [\"scp\"]\n",
        "[passwords]\nmin_length = 0x0C\nparallelism = 1\n",
        "[scopes]\nme = \"Me.\"\n\"users:read\" = '''\n[x]'''\n",
        "[revoked]\nf0 = 2026-11-21T21:00:00Z\n\"a b\" = 2026-11-21T21:00:00Z\nc-d = 2026-11-21t21:00z\n 'e'=2026-11-21T21:00:00+01:00",
        "[removed]\nu0 = { generation = 4, until = 2126-11-21T21:00:00Z } # x\n\"u.1\"={until=2126-11-21t21:00z,generation=0}\n",
    ];
    for index in 0..random.below(4) {
        let _ = tables.remove(random.below(tables.len()));
        tables.push(random.one_of(&["", "# between\n", "\n\n"]));
        let name = random.one_of(&["[users.u", " [ users . u", "[\"users\".u"]);
        let end = random.one_of(&["]", " ]", "]  # who"]);
        text.extend([name, &index.to_string(), end, "\n"]);
        let hash = (random.below(8) > 0).then(|| random.one_of(&HASHES));
        let mut fields: Vec<String> =
            hash.map(|hash| format!("hashed_password = {hash}")).into_iter().collect();
        let others = [
            "full_name = \"A \\\"B\\\" é\"",
            "email=\"\"\"\na\nb\"\"\"  # x",
            "disabled = true",
            "\tdisabled\t=\tfalse\t# no",
            "scopes = []",
            "scopes = [\"me\", 'users:read' , ]",
            "scopes = [ # all\n\n \"\\u006de\", #\n\t'x'\n]",
            "tokens_valid_from = 2026-11-21T21:00:00Z",
            "tokens_valid_from = 2026-11-21T21:00:00.501Z # to the millisecond",
            "generation = 0",
            "generation =\t9223372036854775807 # last",
        ];
        for kind in [0..1, 1..2, 2..4, 4..7, 7..9, 9..11] {
            if random.below(2) == 0 {
                let field = others[kind.start + random.below(kind.len())];
                fields.insert(random.below(fields.len() + 1), field.to_owned());
            }
        }
        fields.push(random.one_of(&["", "# bare", "\n"]).to_owned());
        text.push_str(&fields.join("\n"));
        text.push('\n');
        if random.below(3) == 0 && !tables.is_empty() {
            text.push_str(tables.remove(0));
            text.push('\n');
        }
    }
    if random.below(2) == 0 {
        text.push_str(&tables.join("\n"));
    }
    if random.below(3) == 0 { text.replace('\n', "\r\n") } else { text }
}

/// Changes one detail of the text, which often makes it invalid.
pub(super) fn broken(text: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.is_empty() {
        return "=".to_owned();
    }
    let at = random.below(characters.len());
    let any: Vec<char> = "\"'\\#[]{}=.,\n\r\t 01aZ:_-+é\u{0}\u{7f}\u{feff}!".chars().collect();
    match random.below(6) {
        0 => drop(characters.remove(at)),
        1 => characters[at] = any[random.below(any.len())],
        2 => characters.insert(at, any[random.below(any.len())]),
        3 => characters.truncate(at),
        4 => {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (from, to) = (random.below(lines.len()), random.below(lines.len()));
            let mut moved = lines.clone();
            moved.insert(to, lines[from]);
            return moved.concat();
        }
        _ => {
            let odd = [
                "[users]\n",
                "[[users]]\n",
                "users.z.x = 1\n",
                "users = {}\n",
                "revoked = {}\n",
                "removed = {}\n",
                "removed.x = { generation = 1, until = 2026-11-21T21:00:00Z }\n",
                "[removed]\n",
                "[removed.u0]\n",
                "u0 = { generation = 1, until = 2026-11-21T21:00:00Z }\n",
                "u3 = { generation = 1, until = 2026-11-21T21:00:00Z, }\n",
                "u3 = { generation = 1, generation = 2 }\n",
                "u3 = { generation = 1 }\n",
                "u3 = { until = 2026-11-21T21:00:00Z }\n",
                "u3 = { \"until\" = 2026-11-21T21:00:00Z, generation = 0x1F }\n",
                "u3 = { until = 2026-11-21T21:00:00Z, generation = -1 }\n",
                "u3 = { until.x = 2026-11-21T21:00:00Z, generation = 1 }\n",
                "u3 = { until = 2026-11-21T21:00:00, generation = 1 }\n",
                "u3 = { until = 2026-11-21T21:00:00Z, generation = 1, x = 1 }\n",
                "u3 = { until = 2026-11-21T21:00:00Z, generation = [1] }\n",
                "'u 3' = { until = 2026-11-21T21:00:00Z, generation = 1 }\n",
                "u3 = { generation = 1,\n until = 2026-11-21T21:00:00Z }\n",
                "generation = 1_0\n",
                "generation = 01\n",
                "generation = +1\n",
                "generation = -1\n",
                "generation = -0\n",
                "generation = 0b11\n",
                "generation = 9223372036854775808\n",
                "generation = 1.0\n",
                "generation = \"1\"\n",
                "[revoked]\n",
                "[users.u0]\n",
                "disabled = 1\n",
                "disable = true\n",
                "scopes = ['a', 'a']\n",
                "scopes = ['']\n",
                "email = 2026-01-01\n",
                "a.b = 1\n",
                "\"email\" = \"x\"\n",
                "scopes = ['a',, 'b']\n",
                "x = 2026-02-30T00:00:00Z\n",
                "[users.U0]\n",
                "tokens_valid_from = 1969-01-01T00:00:00Z\n",
                "tokens_valid_from = 2026-11-21 21:00:00.5Z\n",
                "tokens_valid_from = 2026-11-21T21:00:00.Z\n",
                "tokens_valid_from = 2026-11-21T21:00:00. 5Z\n",
                "tokens_valid_from = 2026-11-21T21:00:00.5.5Z\n",
                "disabled = true.x\n",
                "generation = 1.5\n",
                "[revoked.x]\n",
                "email = \"a\u{1}\"\n",
                "# \u{1}\n",
                "[users.u0]\nhashed_password = '!'\n",
                "[users.'a b']\nhashed_password = '!'\n",
                "[users.u0.x]\n",
                "[scopes]\n",
                "[tokens]\nlifetime = \"9d\"\n",
                "scopes = [[]]\n",
            ];
            let line = text.char_indices().map(|(index, _)| index).nth(at).unwrap();
            let start = text[..line].rfind('\n').map_or(0, |newline| newline + 1);
            return [&text[..start], odd[random.below(odd.len())], &text[start..]].concat();
        }
    }
    characters.into_iter().collect()
}
