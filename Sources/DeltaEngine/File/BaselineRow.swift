/// What a baseline knows of one position beside its key's text.
///
/// The key is known by a seeded digest of 128 bits, of which the file keeps 96. Two keys of a ten-million-row
/// file share those with a probability below 10⁻¹⁴, and without the file's seed nobody can search for
/// such a pair; so a match needs no look at the text. `rest` is the hash of the row's other bytes under the
/// same seed, bound to the key, the format and the columns: where it is equal too, the row is the one that
/// was read before, and its quantities are not read again. 0 means that nothing is known.
package struct BaselineRow: BitwiseCopyable {
    package var first: UInt64
    /// Of a row that was read from a base, only the leading half.
    package var second: UInt64
    package var net: Int64
    package var rest: UInt64
}

/// What tells whether a row is as it was: all that is read of a row that comes where it is expected.
///
/// `rest` is a hash of the whole key as well, so the two are 127 bits of key and row.
struct RowSignature: BitwiseCopyable {
    var first: UInt64
    var rest: UInt64
}
