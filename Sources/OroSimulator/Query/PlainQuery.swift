extension QueryString {
    /// A plain request's query in the words of a JSON:API one: `limit` and `page` are the page, other names
    /// are filters; brackets are unknown to it.
    func asPlain() throws(ApiError) -> QueryString {
        var copy = self
        for index in copy.parameters.indices {
            let parameter = copy.parameters[index]
            switch (parameter.path.first, parameter.path.count) {
            case ("limit", 1): copy.parameters[index].path = ["page", "size"]
            case ("page", 1): copy.parameters[index].path = ["page", "number"]
            case ("sort", _), ("fields", _), ("include", _): continue
            case ("page", _), ("filter", _):
                throw .filter("The filter is not supported.", parameter.name)
            default: copy.parameters[index].path.insert("filter", at: 0)
            }
        }
        return copy
    }

    /// Without the filters that a later one on the same field overrules.
    func withoutOverruledFilters() -> QueryString {
        guard parameters.count(where: { $0.path.first == "filter" }) > 1 else { return self }
        var last: [[String]: Int] = [:]
        for (index, parameter) in parameters.enumerated() where parameter.path.first == "filter" {
            last[Condition.field(of: parameter).path] = index
        }
        let kept = Set(last.values)
        var copy = self
        copy.parameters = parameters.enumerated().compactMap { index, parameter in
            parameter.path.first != "filter" || kept.contains(index) ? parameter : nil
        }
        return copy
    }
}
