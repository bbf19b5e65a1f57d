/** Every command's name, also of those to come: no saved service may bear one. */
export const COMMAND_NAMES = [
  'diagnose',
  'resume',
  'sessions',
  'export',
  'explain',
  'flows',
  'drill',
  'services',
  'completion',
  'help',
]
