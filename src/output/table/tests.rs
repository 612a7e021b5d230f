use unicode_width::UnicodeWidthStr;

use super::{Column, LOT, Paint, Screen, write_table};

fn shown(width: Option<usize>, columns: &[Column], rows: Vec<Vec<String>>) -> String {
    let mut text = Vec::new();
    write_table(&mut text, Screen { paint: Paint { on: false }, width }, columns, rows).unwrap();
    String::from_utf8(text).unwrap()
}

fn table(rows: Vec<Vec<String>>) -> String {
    shown(None, &[Column::whole("NAME"), Column::whole("N")], rows)
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

#[test]
fn a_cell_may_be_of_any_width() {
    for (wide, width) in [("x", 30_000), ("x", 70_000), ("宽", 70_000), ("\u{202e}", 70_000)] {
        let shown = table(vec![vec![wide.repeat(width), "y".to_owned()]]);
        assert_eq!(shown.contains('…'), width > 30_000, "{wide}: {width}");
    }
}

#[test]
fn columns_line_up_and_what_is_in_them_is_harmless() {
    let rows = vec![row(&["a\u{1b}[2J", "1"]), row(&["b", ""])];
    assert_eq!(table(rows), "NAME        N\na\\u{1b}[2J  1\nb\n");
    assert_eq!(table(Vec::new()), "NAME  N\n");
    assert_eq!(
        table(vec![row(&["宽宽", "1"]), row(&["e\u{301}", "2"])]),
        "NAME  N\n宽宽  1\ne\u{301}     2\n"
    );
}

#[test]
fn a_long_table_comes_in_lots_under_one_heading() {
    let row = |name: &str| row(&[name, "1"]);
    let mut rows = vec![row("wide enough"); LOT];
    rows.extend([row("narrow"), row("wider than all before")]);
    let text = table(rows);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), LOT + 3);
    assert_eq!(lines[..2], ["NAME         N", "wide enough  1"]);
    assert_eq!(lines[LOT + 1..], ["narrow                 1", "wider than all before  1"]);
    let narrow = table([vec![row("wide enough"); LOT], vec![row("narrow")]].concat());
    assert_eq!(narrow.lines().last(), Some("narrow       1"));
}

const COLUMNS: [Column; 5] = [
    Column::cut("NAME", 6),
    Column::words("SCOPES", 8),
    Column::whole("STATE"),
    Column::lead("MADE"),
    Column::whole("HASH").optional(),
];

#[test]
fn columns_give_way_to_the_width_of_a_terminal() {
    let rows = || {
        vec![
            row(&[
                "johndoe@example.com",
                "me items:read items:write",
                "enabled",
                "2026-11-21, 7 days ago",
                "",
            ]),
            row(&[
                "宽宽宽宽宽宽宽宽宽宽",
                "everything:under:the:sun",
                "disabled",
                "2026-01-01, long ago",
                "",
            ]),
        ]
    };
    let at = |width| shown(width, &COLUMNS, rows());
    assert_eq!(
        at(None),
        "\
NAME                  SCOPES                     STATE     MADE                    HASH
johndoe@example.com   me items:read items:write  enabled   2026-11-21, 7 days ago
宽宽宽宽宽宽宽宽宽宽  everything:under:the:sun   disabled  2026-01-01, long ago
"
    );
    assert_eq!(
        at(Some(80)),
        "\
NAME                  SCOPES                     STATE     MADE
johndoe@example.com   me items:read items:write  enabled   2026-11-21
宽宽宽宽宽宽宽宽宽宽  everything:under:the:sun   disabled  2026-01-01
"
    );
    assert_eq!(
        at(Some(60)),
        "\
NAME                SCOPES              STATE     MADE
johndoe@example.c…  me items:read +1    enabled   2026-11-21
宽宽宽宽宽宽宽宽…   everything:under:…  disabled  2026-01-01
"
    );
    for width in 40..130 {
        let widest = at(Some(width)).lines().map(UnicodeWidthStr::width).max();
        assert!(widest <= Some(width), "{width}");
    }
    // Below the least widths all that can be cut is, and the rest stays.
    assert_eq!(
        at(Some(30)),
        "\
NA…  SC…  STATE     MADE
jo…  me…  enabled   2026-11-21
宽…  ev…  disabled  2026-01-01
"
    );
    assert_eq!(at(Some(5)), at(Some(26)));
}

#[test]
fn spare_columns_are_left_out_where_the_others_would_not_fit() {
    let columns = [
        Column::cut("NAME", 6),
        Column::cut("EMAIL", 10).optional().spare(),
        Column::whole("STATE"),
        Column::cut("HASH", 8).spare(),
    ];
    let rows =
        || vec![row(&["johndoe@example.com", "johndoe@example.com", "locked out", "an MD5 hash of crypt"])];
    let headings =
        |width| shown(Some(width), &columns, rows()).lines().next().map(str::to_owned).unwrap_or_default();
    for (width, heading) in [
        (40, "NAME    EMAIL       STATE       HASH"),
        (39, "NAME           STATE       HASH"),
        (28, "NAME    STATE       HASH"),
        (27, "NAME             STATE"),
        (18, "NAME    STATE"),
        (15, "NA…  STATE"),
    ] {
        assert_eq!(headings(width), heading, "{width}");
    }
}

#[test]
fn a_column_that_says_nothing_is_not_shown_on_a_terminal() {
    let row = |hash: &str| row(&["a", "me", "enabled", "2026-11-21", hash]);
    let is_headed =
        |width, rows| shown(width, &COLUMNS, rows).starts_with("NAME  SCOPES  STATE    MADE        HASH");
    assert!(is_headed(None, vec![row("")]));
    assert!(!is_headed(Some(80), vec![row("")]));
    assert!(is_headed(Some(80), vec![row(""), row("outdated")]));
    // A later batch has its own heading where it has more columns.
    let text = shown(Some(80), &COLUMNS, [vec![row(""); LOT], vec![row("outdated")]].concat());
    assert_eq!(text.matches("NAME").count(), 2);
}
