import InventoryCore
import NIOHTTP1

extension OroClient {
    /// Finds out what the shop can do and what the role may do, by reads and by writes that cannot have an
    /// effect.
    ///
    /// It takes about ten requests, and ends early when the shop cannot be read at all. Nothing is left in
    /// the shop, unless `needs` asks for a trial.
    package func examine(for needs: ShopNeeds = ShopNeeds()) async -> ShopReport {
        var report = ShopReport()
        if !isEncrypted {
            report.add(
                .warning,
                "unencrypted",
                "The secret travels unencrypted.",
                hint: "Use https:// in `oro.url`."
            )
        }
        var first = Call(
            path: LevelQuery.index(after: nil, size: Self.levelsLookedAt),
            timeoutSeconds: seconds
        )
        first.include = "noHateoas;totalCount"
        guard let page = ExamineRules.levels(await exchange(first), into: &report) else { return report }
        if page.isLast { ExamineRules.emptyIndex(await explainEmptyIndex(), into: &report) }
        guard report.isUsable else { return report }
        ExamineRules.edit(await write(.nothing), into: &report)
        if needs.restoresInStock {
            let product = SoldOutProduct(id: OroClient.nowhere.text, sku: SKU(""))
            ExamineRules.editProducts(await setInStock(product), into: &report)
        }
        ExamineRules.warehouses(await ask("/warehouses?page%5Bsize%5D=100&sort=id"), into: &report)
        ExamineRules.webhooks(await ask("/webhooktopics?page%5Bsize%5D=1"), into: &report)
        if needs.orders { await examineOrders(needs, &report) }
        let sample = page.levels.first { !$0.quantity.isWhole } ?? page.levels.first
        if needs.usesBatches { await examineBatches(needs, sample, &report) }
        await examineFractions(needs, page, sample, &report)
        ExamineRules.version(of: &report)
        if let url = needs.storefrontURL {
            let look = await lookAtStorefront(url: url, timeoutSeconds: needs.storefrontTimeoutSeconds)
            ExamineRules.storefront(look, url: url, into: &report)
        }
        report.add(
            .note,
            "manage_inventory",
            "Whether the shop minds its quantities cannot be seen through the API.",
            hint:
                "Switch on System Configuration > Commerce > Inventory > Product Options > Managed Inventory;"
                + " while it is off (the default), quantities limit nothing."
        )
        return report
    }

    /// Ids count from 1, so no level and no product has this one.
    static let nowhere = LevelID("0")
    /// Enough to find a level with a fraction, if the shop has such levels.
    private static let levelsLookedAt = 100
    private static let pollsMax = 40

    private var seconds: Double { options.timeouts.readSeconds }

    func ask(_ path: String) async -> Exchange {
        await exchange(Call(path: path, timeoutSeconds: seconds))
    }

    private func batch(_ body: [UInt8], mode: String) async -> Exchange {
        await exchange(
            Call(
                method: .PATCH,
                path: LevelQuery.collection,
                body: body,
                headers: mode.isEmpty ? [] : [("X-Mode", mode)],
                timeoutSeconds: options.timeouts.batchSeconds
            )
        )
    }

    private func examineBatches(_ needs: ShopNeeds, _ sample: ShopLevel?, _ report: inout ShopReport) async {
        BatchExamineRules.mode(await batch([], mode: BatchExamineRules.unknownMode), into: &report)
        guard report.knowsBatches == true, report.isUsable else { return }
        BatchExamineRules.view(await ask("/asyncoperations/\(OroClient.nowhere)"), into: &report)
        guard report.takesBatches != false else { return }
        let isSynchronous = report.takesSynchronousBatches == true
        guard isSynchronous || needs.triesWriting else {
            BatchExamineRules.unseen(into: &report)
            return
        }
        let began = ContinuousClock.now
        let exchange = await batch(WriteBody.emptyBatch, mode: isSynchronous ? "sync" : "")
        let seconds = began.elapsedSeconds
        BatchExamineRules.empty(BatchRules.emptyAnswer(exchange), seconds: seconds, into: &report)
        let hasConsumers = !report.findings.contains { $0.code == BatchExamineRules.noConsumers }
        guard report.takesBatches == true, hasConsumers, let sample, !sample.quantity.isWhole else { return }
        await examineBatchFractions(sample, isSynchronous: report.takesSynchronousBatches == true, &report)
    }

    /// Sends a level's own fractional value in a batch that is certain to be refused, and looks whether the
    /// fraction is among the reasons.
    private func examineBatchFractions(
        _ sample: ShopLevel,
        isSynchronous: Bool,
        _ report: inout ShopReport
    ) async {
        let write = LevelWrite(level: sample.id, quantity: sample.quantity)
        let exchange = await batch(WriteBody.refusedBatch(write), mode: isSynchronous ? "sync" : "")
        if isSynchronous {
            if let refuses = LocaleRules.refusesFractions(exchange) {
                LocaleRules.batches(refuses, into: &report)
            }
            return
        }
        let answer = BatchRules.answer(exchange, writes: [write], synchronous: false)
        guard case .accepted(let operation) = answer else { return }
        guard case .finished(let records)? = await waited(for: operation, [write]) else { return }
        if case .refused(.decimalMark, _)? = records.first { LocaleRules.batches(true, into: &report) }
    }

    /// Asks for an operation until it has ended, for some seconds.
    private func waited(for operation: OperationID, _ writes: [LevelWrite]) async -> OperationAnswer? {
        for _ in 0..<Self.pollsMax {
            let answer = await poll(operation, writes: writes)
            guard case .pending = answer else { return answer }
            do {
                try await Task.sleep(for: .milliseconds(250))
            } catch {
                return nil
            }
        }
        return nil
    }

    private func examineFractions(
        _ needs: ShopNeeds,
        _ page: LevelIndexPage,
        _ sample: ShopLevel?,
        _ report: inout ShopReport
    ) async {
        guard let sample else { return }
        let write = LevelWrite(level: sample.id, quantity: sample.quantity)
        guard report.isUsable else { return }
        if needs.triesWriting { ExamineRules.trial(await self.write(write), of: sample, into: &report) }
        guard !sample.quantity.isWhole else {
            if page.levels.contains(where: { $0.precision > 0 }) { LocaleRules.unseen(into: &report) }
            return
        }
        let call = Call(
            method: .PATCH,
            path: "\(LevelQuery.collection)/\(LevelQuery.encoded(write.level.text))",
            body: WriteBody.refusedSingle(write),
            timeoutSeconds: options.timeouts.writeSeconds
        )
        if let refuses = LocaleRules.refusesFractions(await exchange(call)) {
            LocaleRules.singles(refuses, into: &report)
        }
    }
}

extension LevelWrite {
    /// A write to a level that cannot exist.
    static let nothing = LevelWrite(level: OroClient.nowhere, quantity: .zero)
}
