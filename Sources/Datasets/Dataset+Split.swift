// The validation images that all candidates of a search share, a share of every class.

extension Dataset {
    /// The most images that `split` can give for validation: those that the data set brings, or all training images
    /// but one of each class.
    var largestValidation: Int {
        if let validation { return validation.count }
        return training.count - Set(training.labels).count
    }

    /// The training images and `count` images to select by, drawn by the seed; both keep their order.
    ///
    /// Each class gives its share, rounded by largest remainders, and at least one image where it has two and `count`
    /// reaches so far; one image of every class stays for training. Where the data set brings validation images, these
    /// are drawn from, and all training images stay. Throws unless `count` is in 1...`largestValidation`.
    package func split(
        validation count: Int, seed: UInt64
    ) throws(DatasetError) -> (training: LabelledImages, validation: LabelledImages) {
        if let refusal = refusal(ofValidation: count) { throw DatasetError(name, refusal) }
        let pool = validation ?? training
        let chosen = Dataset.draw(count, of: pool.labels, keepingOne: validation == nil, seed: seed)
        let held = pool.selecting(chosen.sorted())
        if validation != nil { return (training, held) }
        let isHeld = Set(chosen)
        return (training.selecting((0..<training.count).filter { !isHeld.contains($0) }), held)
    }

    /// Why `split` cannot give so many images, in a sentence; nil where it can.
    package func refusal(ofValidation count: Int) -> String? {
        if count > 0, count <= largestValidation { return nil }
        if validation != nil {
            return
                "\(count) images are asked for validation, and it brings \(largestValidation); choose 1 to "
                + "\(largestValidation)."
        }
        guard largestValidation > 0 else {
            return
                "\(count) images are asked for validation, but no class has two images to share with training; "
                + "add images."
        }
        return
            "\(count) images are asked for validation, but there are \(training.count) to share with training, "
            + "which keeps one of each class; choose 1 to \(largestValidation)."
    }

    /// Indices of `count` images by shares of classes, in no order.
    private static func draw(_ count: Int, of labels: [UInt16], keepingOne: Bool, seed: UInt64) -> [Int] {
        var sizes = [Int](repeating: 0, count: Int(labels.max() ?? 0) + 1)
        for label in labels { sizes[Int(label)] += 1 }
        var left = shares(of: count, sizes: sizes, keeping: keepingOne ? 1 : 0)
        let order = RandomCounter(seed, 0x73_706c_6974).permutation(labels.count)
        return order.filter { index in
            let label = Int(labels[index])
            left[label] -= 1
            return left[label] >= 0
        }
    }

    /// `count` divided in proportion to `sizes`, `keeping` so many of each: rounded down, then one more for the
    /// largest remainders. A class that could give one gives one, as long as `count` reaches.
    static func shares(of count: Int, sizes: [Int], keeping: Int) -> [Int] {
        let total = sizes.reduce(0, +)
        let room = sizes.map { max(0, $0 - keeping) }
        func quota(_ index: Int) -> Double { Double(count) * Double(sizes[index]) / Double(max(1, total)) }
        var shares = sizes.indices.map { min(room[$0], max(min(1, room[$0]), Int(quota($0)))) }
        var missing = count - shares.reduce(0, +)
        /// The classes that can change, those furthest below their share first; earlier ones win a draw.
        func order(_ indices: some Sequence<Int>) -> [Int] {
            indices.sorted { a, b in
                let (first, second) = (quota(a) - Double(shares[a]), quota(b) - Double(shares[b]))
                return first == second ? a < b : first > second
            }
        }
        while missing > 0 {
            let open = order(shares.indices.filter { shares[$0] < room[$0] })
            if open.isEmpty { break }
            for index in open.prefix(missing) { shares[index] += 1 }
            missing -= min(missing, open.count)
        }
        while missing < 0 {
            // What a guaranteed image took is given back by those with more than one; failing that, by the smallest.
            var able = order(shares.indices.filter { shares[$0] > 1 }).reversed().map(\.self)
            if able.isEmpty { able = order(shares.indices.filter { shares[$0] > 0 }).reversed().map(\.self) }
            for index in able.prefix(-missing) { shares[index] -= 1 }
            missing += min(-missing, able.count)
        }
        return shares
    }
}
