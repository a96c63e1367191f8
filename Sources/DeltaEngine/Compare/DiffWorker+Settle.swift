import CSeparators
import SnapshotFormats

/// Rows whose place in the baseline is known, or that have none there.
extension DiffWorker {
    /// Takes a row whose key the baseline has.
    func settle(_ row: Int, _ batch: RowBatch, _ index: Int) throws {
        let rest = batch.rests[index] == RowBatch.unknownRest ? 0 : batch.rests[index]
        let patch: Overlay.Patch
        if _fastPath(row < baseCount && !(hasPatches && baseline.overlay.isPatched(row))) {
            patch = Overlay.Patch(net: rows.net(row), rest: rows.rest(row), isRemoved: false)
        } else {
            patch = row < baseCount ? baseline.overlay.patch(row) : baseline.overlay.extra(row)
        }
        let isKnown = patch.rest == rest && rest != 0 && !patch.isRemoved
        guard try isKnown || batch.read(index) else { return }
        let net = isKnown ? patch.net : batch.nets[index]
        note(row, count: 1)
        let bit: UInt64 = 1 << UInt64(row & 63)
        let line = Int(batch.lines[index])
        guard seen[row >> 6] & bit == 0 else {
            repeats.append(Repeat(row: UInt32(row), place: place + index, line: line, net: net))
            return
        }
        seen[row >> 6] |= bit
        if rule == .reject { firstLines[row] = UInt32(truncatingIfNeeded: line + 1) }
        if isKnown { return }
        var change = Change(
            row: UInt32(row),
            isAdded: false,
            place: place + index,
            line: line,
            before: patch.isRemoved ? nil : patch.net,
            net: net,
            rest: rest,
            key: 0..<0
        )
        if net != patch.net || patch.isRemoved {
            if let key = batch.keys[index] { change.key = keys.append(key, Int(batch.keyLengths[index])) }
            changes.append(change)
        } else if rest != 0, rest != patch.rest {
            if touched.count < touchedMax { touched.append(change) }
        }
    }

    /// Takes a row whose key the baseline has not.
    func takeAdded(_ batch: RowBatch, _ index: Int) throws {
        guard try batch.readNew(index), let key = batch.keys[index] else { return }
        let digest = batch.digests[index]
        let line = Int(batch.lines[index])
        let net = batch.nets[index]
        let count = added.count
        let number = added.insert(digest, key, Int(batch.keyLengths[index]))
        guard number == count else {
            repeats.append(
                Repeat(row: AddedKeys.firstRow + UInt32(number), place: place + index, line: line, net: net)
            )
            return
        }
        changes.append(
            Change(
                row: UInt32(number),
                isAdded: true,
                place: place + index,
                line: line,
                before: nil,
                net: net,
                rest: batch.rests[index] == RowBatch.unknownRest ? 0 : batch.rests[index],
                key: 0..<0
            )
        )
    }
}
