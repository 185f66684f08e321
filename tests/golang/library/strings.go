package strings

type Builder struct{ buf []byte }

func (b *Builder) String() string
func (b *Builder) WriteString(s string) (int, error)

func Contains(s, substr string) bool
func Split(s, sep string) []string
func ToUpper(s string) string
func ToLower(s string) string
