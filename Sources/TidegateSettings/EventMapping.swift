package import SnapshotFormats

/// How bodies of a sender with a form of its own become stock events (`events.mapping`).
package struct EventMapping: Hashable, Sendable {
    package var notation = Notation.json
    /// The way to the rows; empty where the body itself is the row, or an array of them.
    package var rowsAt = ""
    /// The way to rows that say what was there before; of those without a counterpart only a hint is left.
    package var beforeAt: String?
    /// All of them must hold of a row that counts.
    package var conditions: [Condition] = []
    package var kind = Kind.always(.hint)
    package var columns = Columns()
    /// The direction of a movement by its type; nothing where the change has its own sign.
    package var sign: Sign?
    /// What a movement moves.
    package var of = Measure.onHand
    package var decimalMark = DecimalMark.point
    package var grouping = Grouping.none
    package var times = Times.text(.rfc3339)

    package init() {}

    /// How the body is written.
    package enum Notation: String, Hashable, Sendable, CaseIterable {
        case json
        case xml
        case form
    }

    /// What a row becomes.
    package enum Word: String, Hashable, Sendable, CaseIterable {
        case level
        case movement
        case hint
        /// Left out, and counted.
        case ignore
    }

    package enum Kind: Hashable, Sendable {
        case always(Word)
        /// By what a column holds; other texts are `otherwise`, or rejected without it.
        case by(Column, [String: Word], otherwise: Word?)
    }

    /// What is counted in a movement, a level's parts by their names.
    package enum Measure: String, Hashable, Sendable, CaseIterable {
        case onHand = "on_hand"
        case committed
        case unusable
        case net
    }

    /// The sign that a column gives a change; a row with another text in it becomes a hint.
    package struct Sign: Hashable, Sendable {
        package let column: Column
        package let table: [String: Direction]

        package init(column: Column, table: [String: Direction]) {
            self.column = column
            self.table = table
        }
    }

    package enum Direction: String, Hashable, Sendable, CaseIterable {
        case plus
        case minus
        case hint
        case ignore
    }

    /// What a column must hold, or must not hold, in rows that count.
    package struct Condition: Hashable, Sendable {
        package let column: Column
        package let texts: [String]
        package let isExclusion: Bool

        package init(column: Column, texts: [String], isExclusion: Bool) {
            self.column = column
            self.texts = texts
            self.isExclusion = isExclusion
        }
    }

    /// How instants are written.
    package enum Times: Hashable, Sendable {
        case text(TimeFormat)
        /// Seconds since 1970, with decimals or without.
        case unixSeconds
        case unixMilliseconds
        /// Hundreds of nanoseconds since the year 1, in UTC.
        case ticks
    }

    /// Where the parts of an event stand.
    package struct Columns: Hashable, Sendable {
        package var id: Column?
        package var sku: Column?
        package var location: Column?
        package var unit: Column?
        package var onHand: Column?
        package var committed: Column?
        package var unusable: Column?
        package var net: Column?
        package var change: Column?
        package var asOf: Column?
        package var version: Column?

        package init() {}
    }

    /// Where one text of a row comes from, and what is made of it.
    ///
    /// A name is the way to a value, keys joined by points and elements by their number (`lines[0].item`);
    /// each `^` before it goes one object up from the row.
    package struct Column: Hashable, Sendable {
        /// The value's names, or a constant; and the rules that snapshots have, too.
        package var rule: ColumnRule
        /// Several values that make one text; then the rule's names do not count.
        package var joined: [String] = []
        package var separator = ""
        /// What follows its first occurrence is cut off, after `rule.afterLast`.
        package var until: String?
        /// What texts mean, looked up last; others are refused.
        package var table: [String: String]?

        package init(rule: ColumnRule) {
            self.rule = rule
        }
    }
}
