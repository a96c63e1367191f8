/// What a started action was for.
enum Flight: Sendable {
    case write(slot: Int)
    case submit(slots: [Int], mark: OperationWindow.Mark, sentAt: PushInstant)
    case submitSynchronous(slots: [Int], sentAt: PushInstant)
    case poll(OperationID)
    case readBack(slots: [Int], sentAt: PushInstant)
    case probe

    /// The counted kinds; a probe is alone and needs no count.
    enum Kind: Int, CaseIterable {
        case write, submit, submitSynchronous, poll, readBack, probe
    }

    var kind: Kind {
        switch self {
        case .write: .write
        case .submit: .submit
        case .submitSynchronous: .submitSynchronous
        case .poll: .poll
        case .readBack: .readBack
        case .probe: .probe
        }
    }
}

/// The actions that are started and not answered, each under its ticket, and how many there are of each kind.
struct Flights: Sendable {
    private var open: [PushTicket: Flight] = [:]
    private var counts = [Int](repeating: 0, count: Flight.Kind.allCases.count)
    private var ticketNumber = 0

    var isEmpty: Bool { open.isEmpty }

    func count(_ kind: Flight.Kind) -> Int { counts[kind.rawValue] }

    mutating func start(_ flight: Flight) -> PushTicket {
        ticketNumber += 1
        let ticket = PushTicket(number: ticketNumber)
        open[ticket] = flight
        counts[flight.kind.rawValue] += 1
        return ticket
    }

    /// Ends the flight that an answer belongs to; the shell answers each ticket once.
    mutating func end(_ ticket: PushTicket) -> Flight {
        guard let flight = open.removeValue(forKey: ticket) else {
            preconditionFailure("an answer to ticket \(ticket.number), which is not open")
        }
        counts[flight.kind.rawValue].countDown("requests in flight")
        return flight
    }
}
