//! Names that look alike: the one that was meant by a misspelt one.

/// Names are alike from here on: the bound of clap for options.
const ALIKE: f64 = 0.7;

/// The one of the `known` names that is most like `name`, if one is.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let rated = known.into_iter().map(|known| (strsim::jaro(&name, &known.to_lowercase()), known));
    let alike = rated.filter(|(likeness, _)| *likeness > ALIKE);
    alike.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known)
}
