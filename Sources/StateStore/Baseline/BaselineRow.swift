/// What the baseline file holds of one position beside its
/// key's text: 32 bytes, in the order of the snapshot.
///
/// The key is known by a seeded digest of 128 bits. Two keys of a ten-million-row file share
/// one with a probability below 10⁻²⁴, and nobody who does not know the file's seed can look
/// for such a pair; so a match needs no look at the text. `rest` is the hash of the row's other
/// bytes under the same seed, bound to the key: where it is equal too, the row is the one that
/// was read before, and its quantities are not read again. 0 means that nothing is known.
package struct BaselineRow: BitwiseCopyable {
    package var first: UInt64
    package var second: UInt64
    package var net: Int64
    package var rest: UInt64
}
