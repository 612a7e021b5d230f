//! Rust source as the checks see it: the paths and texts of each file, without comments and without tests.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// A file of the source that is no test.
pub(crate) struct File {
    /// From the root of the crate, with slashes.
    pub(crate) path: String,
    /// The names of the module, from the root: none for `main.rs` and `lib.rs`.
    pub(crate) module: Vec<String>,
    /// The paths that the code names, such as `std::fs::File`, and their lines. `super` and `self` are resolved.
    pub(crate) names: Vec<(String, usize)>,
    /// The texts of the code, and their lines: string literals, those of attributes too.
    pub(crate) texts: Vec<(String, usize)>,
    children: Vec<String>,
}

/// The files of the program and the library, found by the `mod` of one another.
pub(crate) fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut wanted = vec![("src/main.rs".to_owned(), vec![]), ("src/lib.rs".to_owned(), vec![])];
    while let Some((path, module)) = wanted.pop() {
        let file = File::parse(&path, module, &fs::read_to_string(root.join(&path)).unwrap());
        for name in &file.children {
            let module: Vec<String> = file.module.iter().chain([name]).cloned().collect();
            let stem = format!("src/{}", module.join("/"));
            let found = [format!("{stem}.rs"), format!("{stem}/mod.rs")];
            let found = found.into_iter().find(|path| root.join(path).exists());
            wanted.push((found.unwrap_or_else(|| panic!("{path}: no file for `mod {name}`")), module));
        }
        files.push(file);
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

impl File {
    /// Reads the text of the file at `path`.
    pub(crate) fn parse(path: &str, module: Vec<String>, text: &str) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut file = Self { path: path.to_owned(), module, names: vec![], texts: vec![], children: vec![] };
        let module = file.module.clone();
        file.read(tokens, &module, &[]);
        file
    }

    /// Reads the code of `module`. A path that begins here continues `prefix`: `use prefix::{…}`.
    fn read(&mut self, tokens: TokenStream, module: &[String], prefix: &[String]) {
        let mut path = PathSoFar::after(prefix);
        let mut tokens = tokens.into_iter().peekable();
        let mut words: Vec<Ident> = Vec::new();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    // `#![…]`
                    tokens.next_if(|next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!'));
                    let Some(TokenTree::Group(attribute)) = tokens.next() else { continue };
                    match first_word(&attribute).as_str() {
                        "cfg" if is_of_tests(&attribute) => skip_item(&mut tokens),
                        // Comments, and reasons for programmers.
                        "doc" | "expect" | "allow" | "must_use" => {}
                        _ => self.read(attribute.stream(), module, &[]),
                    }
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => path.colon(),
                TokenTree::Ident(word) => {
                    if !path.take(&word) {
                        self.note(path.end(), module);
                        path = PathSoFar::of(&word);
                    }
                    words.push(word);
                    continue;
                }
                TokenTree::Group(group) => {
                    let is_list = group.delimiter() == Delimiter::Brace && path.is_open();
                    let inner = match &words[..] {
                        [.., keyword, name] if keyword == "mod" => [module, &[name.to_string()]].concat(),
                        _ => module.to_vec(),
                    };
                    let names = if is_list { path.names.clone() } else { vec![] };
                    self.note(path.end(), module);
                    self.read(group.stream(), &inner, &names);
                }
                TokenTree::Literal(literal) => {
                    let (line, text) = (literal.span().start().line, literal.to_string());
                    if text.starts_with('"') || text.starts_with('r') {
                        self.texts.push((text, line));
                    }
                    self.note(path.end(), module);
                }
                TokenTree::Punct(mark) => {
                    if let (';', [.., keyword, name]) = (mark.as_char(), &words[..])
                        && keyword == "mod"
                    {
                        self.children.push(name.to_string());
                    }
                    self.note(path.end(), module);
                    // Each name of `use prefix::{one, other}`.
                    path = PathSoFar::after(prefix);
                }
            }
            words.clear();
        }
        self.note(path.end(), module);
    }

    /// Notes a path of the code of `module`, from the root of the crate if it is relative.
    fn note(&mut self, (names, line): (Vec<String>, usize), module: &[String]) {
        let above = names.iter().take_while(|name| *name == "super").count();
        let absolute = match names.first().map(String::as_str) {
            Some("super") => {
                let parent = &module[..module.len().saturating_sub(above)];
                [&["crate".to_owned()], parent, &names[above..]].concat()
            }
            Some("self") => [&["crate".to_owned()], module, &names[1..]].concat(),
            Some(_) => names,
            None => return,
        };
        self.names.push((absolute.join("::"), line));
    }
}

/// A path that may go on.
#[derive(Default)]
struct PathSoFar {
    names: Vec<String>,
    line: usize,
    colons: usize,
}

impl PathSoFar {
    fn after(prefix: &[String]) -> Self {
        Self { names: prefix.to_vec(), colons: 2 * prefix.len().min(1), line: 0 }
    }

    fn of(word: &Ident) -> Self {
        Self { names: vec![word.to_string()], line: word.span().start().line, colons: 0 }
    }

    fn colon(&mut self) {
        self.colons += 1;
    }

    /// Whether `::` was last.
    fn is_open(&self) -> bool {
        self.colons == 2 && !self.names.is_empty()
    }

    /// Takes the next name of the path, unless it begins another one.
    fn take(&mut self, word: &Ident) -> bool {
        let is_next = self.is_open();
        if is_next {
            self.names.push(word.to_string());
            (self.line, self.colons) = (word.span().start().line, 0);
        }
        is_next
    }

    fn end(&mut self) -> (Vec<String>, usize) {
        let ended = std::mem::take(self);
        // Without a name of its own it is the prefix alone.
        if ended.line == 0 { (vec![], 0) } else { (ended.names, ended.line) }
    }
}

fn first_word(attribute: &Group) -> String {
    attribute.stream().into_iter().next().map(|word| word.to_string()).unwrap_or_default()
}

/// Whether the attribute is `cfg(test)` or `cfg(all(test, …))`.
fn is_of_tests(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// Skips an item: to its body, or its semicolon.
fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    let mut is_use = false;
    for token in tokens {
        match token {
            TokenTree::Ident(word) => is_use |= word == "use",
            TokenTree::Punct(mark) if mark.as_char() == ';' => return,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_use => return,
            _ => {}
        }
    }
}
