import InventoryCore
import NIOHTTP1

extension OroClient {
    /// Finds out what the shop can do and what the role may do, by reads and by writes that cannot have an
    /// effect.
    ///
    /// It takes about eight requests, and ends early when the shop cannot be read at all.
    package func examine() async -> ShopReport {
        var report = ShopReport()
        if !isEncrypted {
            report.add(
                .warning,
                "unencrypted",
                "The secret travels unencrypted.",
                hint: "Use https:// in `oro.url`."
            )
        }
        var first = Call(path: LevelQuery.index(after: nil, size: 1), timeoutSeconds: seconds)
        first.include = "noHateoas;totalCount"
        ExamineRules.levels(await exchange(first), into: &report)
        guard report.isUsable else { return report }
        let options = Call(method: .OPTIONS, path: LevelQuery.collection, timeoutSeconds: seconds)
        ExamineRules.methods(await exchange(options), into: &report)
        ExamineRules.edit(
            await write(LevelWrite(level: OroClient.nowhere, quantity: .zero)),
            into: &report
        )
        if report.takesBatches == true { await examineBatches(&report) }
        ExamineRules.warehouses(await ask("/warehouses?page%5Bsize%5D=100&sort=id"), into: &report)
        ExamineRules.webhooks(await ask("/webhooktopics?page%5Bsize%5D=1"), into: &report)
        report.add(
            .note,
            "manage_inventory",
            "Whether the shop minds its quantities cannot be seen through the API.",
            hint:
                "Switch on System Configuration > Commerce > Inventory > Product Options > Manage Inventory;"
                + " while it is off (the default), quantities limit nothing."
        )
        return report
    }

    /// Ids count from 1, so no level has this one.
    static let nowhere = LevelID("0")

    private var seconds: Double { options.timeouts.readSeconds }

    private func ask(_ path: String) async -> Exchange {
        await exchange(Call(path: path, timeoutSeconds: seconds))
    }

    private func examineBatches(_ report: inout ShopReport) async {
        ExamineRules.operations(await ask("/asyncoperations/\(OroClient.nowhere)"), into: &report)
        guard report.takesBatches == true else { return }
        let began = ContinuousClock.now
        let answer = await submit([LevelWrite(level: OroClient.nowhere, quantity: .zero)], synchronous: true)
        let elapsed = (ContinuousClock.now - began).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        ExamineRules.batch(answer, seconds: seconds, into: &report)
    }
}
