export default class PartsReporter {}
