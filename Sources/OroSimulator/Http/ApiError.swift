/// One entry of an `errors` list, as the shop words it.
struct ApiError: Error, Sendable, Equatable {
    enum Source: Sendable, Equatable {
        case pointer(String)
        case parameter(String)
    }

    let status: Int
    let title: String
    var detail: String?
    var source: Source?

    /// The same error with its place moved below `prefix`; one without a place gets the prefix as its place.
    func below(_ prefix: String) -> ApiError {
        var error = self
        switch source {
        case .pointer(let pointer): error.source = .pointer(prefix + pointer)
        case nil: error.source = .pointer(prefix)
        case .parameter: break
        }
        return error
    }
}

extension ApiError {
    static let emptyRequest = ApiError(
        status: 400,
        title: "request data constraint",
        detail: "The request data should not be empty"
    )
    static let emptyBatch = ApiError(
        status: 400,
        title: "request data constraint",
        detail: "The request data should not be empty."
    )
    static let notFound = ApiError(
        status: 404,
        title: "not found http exception",
        detail: "An entity with the requested identifier does not exist."
    )
    static let accessDenied = ApiError(
        status: 403,
        title: "access denied exception",
        detail: "No access to this type of entities."
    )
    static let entityDenied = ApiError(
        status: 403,
        title: "access denied exception",
        detail: "No access to the entity."
    )
    static let notAllowed = ApiError(
        status: 405,
        title: "action not allowed exception",
        detail: "The action is not allowed."
    )
    static let unsupportedSubresource = ApiError(
        status: 404,
        title: "relationship constraint",
        detail: "Unsupported subresource."
    )
    static let notBlank = ApiError(
        status: 400,
        title: "not blank constraint",
        detail: "This value should not be blank."
    )
    static let notValid = ApiError(
        status: 400,
        title: "form constraint",
        detail: "This value is not valid."
    )
    static let notDecimal = ApiError(
        status: 400,
        title: "type constraint",
        detail: "This value should be decimal with valid precision (20) and scale (10)."
    )

    /// The shop's usual words for a status.
    static func usual(_ status: Int) -> ApiError {
        switch status {
        case 403: accessDenied
        case 404: notFound
        case 405: notAllowed
        case 409: ApiError(status: 409, title: "conflict constraint", detail: "The entity already exists.")
        case 400..<500: ApiError(status: status, title: "form constraint", detail: notValid.detail)
        default: ApiError(status: status, title: "runtime exception")
        }
    }

    static let notNumeric = ApiError(
        status: 400,
        title: "type constraint",
        detail: "This value should be of type numeric."
    )
    /// What a fraction gets where the decimal mark is a comma.
    static let notLocal = ApiError(
        status: 400,
        title: "type constraint",
        detail: "This value should be decimal number."
    )
    /// What a type gets that exists, but not in the API.
    static let notAccessible = ApiError(
        status: 404,
        title: "resource not accessible exception",
        detail: "The resource is not accessible."
    )
    /// What an error of the program gets, without a place.
    static let broken = ApiError(status: 500, title: "error exception")

    static func unknownType(_ type: String) -> ApiError {
        ApiError(status: 404, title: "entity type constraint", detail: "Unknown entity type: \(type).")
    }

    static func extraFields(_ names: [String]) -> ApiError {
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return ApiError(
            status: 400,
            title: "extra fields constraint",
            detail: "This form should not contain extra fields: \(list)."
        )
    }

    static func requestData(_ detail: String, at pointer: String) -> ApiError {
        ApiError(status: 400, title: "request data constraint", detail: detail, source: .pointer(pointer))
    }

    static func conflict(_ detail: String, at pointer: String) -> ApiError {
        ApiError(status: 409, title: "conflict constraint", detail: detail, source: .pointer(pointer))
    }

    static func metaOption(_ detail: String, at pointer: String) -> ApiError {
        ApiError(status: 400, title: "value constraint", detail: detail, source: .pointer(pointer))
    }

    static let noUpsert = metaOption(
        "The upsert operation is not supported for resources with auto-generated identifier value.",
        at: "/meta/upsert"
    )

    static func filter(_ detail: String, _ parameter: String) -> ApiError {
        ApiError(status: 400, title: "filter constraint", detail: detail, source: .parameter(parameter))
    }

    static func sort(_ field: String) -> ApiError {
        ApiError(
            status: 400,
            title: "sort constraint",
            detail: "Sorting by \"\(field)\" field is not supported.",
            source: .parameter("sort")
        )
    }

    static func identifier(_ id: String) -> ApiError {
        ApiError(
            status: 400,
            title: "entity identifier constraint",
            detail: "Expected integer value. Given \"\(id)\"."
        )
    }
}

extension JsonText {
    /// Writes one error as a request's answer has it: with its status as a text.
    mutating func error(_ error: ApiError) {
        raw("{\"status\":\"")
        integer(error.status)
        raw("\",\"title\":")
        string(error.title)
        if let detail = error.detail {
            raw(",\"detail\":")
            string(detail)
        }
        if let source = error.source {
            raw(",\"source\":")
            errorSource(source)
        }
        raw("}")
    }

    mutating func errorSource(_ source: ApiError.Source) {
        switch source {
        case .pointer(let pointer):
            raw("{\"pointer\":")
            string(pointer)
        case .parameter(let parameter):
            raw("{\"parameter\":")
            string(parameter)
        }
        raw("}")
    }
}
