//! Finds modules of one folder that need each other, directly or not: a reader cannot understand or move one alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::File;

/// Which modules of one folder name which others, with a place for each.
type Arrows<'a> = BTreeMap<&'a str, BTreeMap<&'a str, String>>;

/// Each circle of modules, and each module that names an item of the root: `error → output → error (src/output.rs:5)`.
pub(crate) fn circles(files: &[File]) -> Vec<String> {
    let modules: BTreeSet<&[String]> = files.iter().map(|file| file.module.as_slice()).collect();
    let mut folders: BTreeMap<&[String], Arrows<'_>> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files {
        for (name, line) in &file.names {
            let Some(name) = name.strip_prefix("crate::") else { continue };
            let names: Vec<String> = name.split("::").map(str::to_owned).collect();
            let common = names.iter().zip(&file.module).take_while(|(one, other)| one == other).count();
            let place = format!("{}:{line}", file.path);
            let (Some(from), Some(to)) = (file.module.get(common), names.get(common)) else { continue };
            if let Some(module) = modules.get(&names[..=common]) {
                let arrows = folders.entry(&file.module[..common]).or_default();
                arrows.entry(from).or_default().entry(&module[common]).or_insert(place);
            } else if common == 0 {
                found.push(format!("{from} → `{to}` of the root → {from} ({place})"));
            }
        }
    }
    for arrows in folders.values() {
        found.extend(arrows.keys().filter_map(|start| circle(arrows, start)));
    }
    found
}

/// The shortest way from `start` back to it, if no module of an earlier name is on it.
fn circle(arrows: &Arrows<'_>, start: &str) -> Option<String> {
    let mut ways = vec![(start, vec![])];
    let mut seen = BTreeSet::new();
    let mut next = 0;
    while let Some((at, way)) = ways.get(next).cloned() {
        next += 1;
        for (to, place) in arrows.get(at).into_iter().flatten() {
            let way = [way.as_slice(), &[format!("{at} → {to} ({place})")]].concat();
            if *to == start {
                return Some(way.join(", "));
            }
            if *to > start && seen.insert(*to) {
                ways.push((to, way));
            }
        }
    }
    None
}
