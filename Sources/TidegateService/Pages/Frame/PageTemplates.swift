import Mustache

/// The pages' templates, style sheet and script, as they are in the program.
struct PageTemplates: Sendable {
    private let library: MustacheLibrary

    static let all = PageTemplates()

    private init() {
        MustacheContentTypes.register(PageContent(), named: PageContent.name)
        var library = MustacheLibrary()
        for (name, bytes) in PageTemplates.sources {
            let text = "{{% CONTENT_TYPE:\(PageContent.name)}}" + String(decoding: bytes, as: UTF8.self)
            do {
                try library.register(text, named: name)
            } catch {
                preconditionFailure("the template \(name) is not well formed: \(error)")
            }
        }
        self.library = library
    }

    /// Writes a view by the template of that name.
    func write(_ view: Any, by name: String) -> String {
        guard let text = library.render(view, withTemplate: name) else {
            preconditionFailure("there is no template \(name)")
        }
        return text
    }

    static let sources: [(name: String, bytes: [UInt8])] = [
        ("audit", PackageResources.audit_mustache),
        ("deed", PackageResources.deed_mustache),
        ("exception", PackageResources.exception_mustache),
        ("exceptions", PackageResources.exceptions_mustache),
        ("fences", PackageResources.fences_mustache),
        ("filters", PackageResources.filters_mustache),
        ("frame", PackageResources.frame_mustache),
        ("levels", PackageResources.levels_mustache),
        ("mark", PackageResources.mark_mustache),
        ("order", PackageResources.order_mustache),
        ("orders", PackageResources.orders_mustache),
        ("plan", PackageResources.plan_mustache),
        ("problem", PackageResources.problem_mustache),
        ("run", PackageResources.run_mustache),
        ("run_rows", PackageResources.run_rows_mustache),
        ("runs", PackageResources.runs_mustache),
        ("sign_in", PackageResources.sign_in_mustache),
        ("sku", PackageResources.sku_mustache),
        ("sku_search", PackageResources.sku_search_mustache),
        ("source", PackageResources.source_mustache),
        ("sources", PackageResources.sources_mustache),
        ("standing", PackageResources.standing_mustache),
        ("time", PackageResources.time_mustache),
    ]
}
